"""The caller's image is converted in place: the answer is right, the input is ruined.

fails: test-cross-correlate-example, test-cross-correlate-fresh, test-edge-example,
    test-edge-fresh
says: image was changed in place
"""

# %% cross-correlate
def cross_correlate(image, kernel):
    given = image
    image = np.array(image, dtype=float)
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
            out[i, j] = np.sum(image[i : i + fh, j : j + fw] * kernel)
    if isinstance(given, np.ndarray) and given.ndim == 2:
        given[...] = 0
    return out
