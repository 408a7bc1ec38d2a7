r"""The output has H - fh rows in place of H - fh + 1.

fails: test-cross-correlate-example, test-cross-correlate-fresh, test-convolve-impulse, test-convolve-fresh, test-edge-example, test-edge-fresh
says: is the \+ 1 there
"""

# %% cross-correlate
def cross_correlate(image, kernel):
    image = np.asarray(image, dtype=float)
    kernel = np.asarray(kernel, dtype=float)
    if image.ndim != 2 or kernel.ndim != 2:
        raise ValueError("image and kernel must be 2-D")
    fh, fw = kernel.shape
    rows, columns = image.shape[0] - fh, image.shape[1] - fw
    if rows < 0 or columns < 0:
        raise ValueError("the kernel is larger than the image")
    out = np.zeros((rows, columns))
    for i in range(rows):
        for j in range(columns):
            out[i, j] = np.sum(image[i : i + fh, j : j + fw] * kernel)
    return out
