"""Four nested loops, as the formula reads."""

# %% cross-correlate
def cross_correlate(image, kernel):
    if np.ndim(image) != 2 or np.ndim(kernel) != 2:
        raise ValueError("both must be 2-D")
    height, width = len(image), len(image[0])
    fh, fw = len(kernel), len(kernel[0])
    if fh > height or fw > width:
        raise ValueError("the kernel does not fit")
    out = []
    for i in range(height - fh + 1):
        row = []
        for j in range(width - fw + 1):
            total = 0.0
            for u in range(fh):
                for v in range(fw):
                    total += image[i + u][j + v] * kernel[u][v]
            row.append(total)
        out.append(row)
    return np.array(out)
