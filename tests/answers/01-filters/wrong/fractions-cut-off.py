"""The output is an array of integers.

fails: test-cross-correlate-example, test-cross-correlate-fresh, test-convolve-fresh, test-edge-fresh
says: fractions are cut off
"""

# %% cross-correlate
def cross_correlate(image, kernel):
    image = np.asarray(image, dtype=float)
    kernel = np.asarray(kernel, dtype=float)
    if image.ndim != 2 or kernel.ndim != 2:
        raise ValueError("image and kernel must be 2-D")
    fh, fw = kernel.shape
    rows, columns = image.shape[0] - fh + 1, image.shape[1] - fw + 1
    if rows < 1 or columns < 1:
        raise ValueError("the kernel is larger than the image")
    out = np.zeros((rows, columns), dtype=int)
    for i in range(rows):
        for j in range(columns):
            out[i, j] = np.sum(image[i : i + fh, j : j + fw] * kernel)
    return out
