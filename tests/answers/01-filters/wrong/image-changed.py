"""The window is multiplied in place, which writes into the image.

fails: test-cross-correlate-example, test-cross-correlate-fresh, test-convolve-impulse, test-convolve-fresh, test-edge-example, test-edge-fresh
says: cross_correlate
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
    out = np.zeros((rows, columns))
    for i in range(rows):
        for j in range(columns):
            window = image[i : i + fh, j : j + fw]
            window *= kernel
            out[i, j] = window.sum()
    return out
