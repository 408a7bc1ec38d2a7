r"""What does not fit is not refused.

fails: test-cross-correlate-errors
says: should raise ValueError|raises \w+, expected ValueError
"""

# %% cross-correlate
def cross_correlate(image, kernel):
    image, kernel = np.asarray(image), np.asarray(kernel)
    fh, fw = kernel.shape[0], kernel.shape[-1]
    rows, columns = image.shape[0] - fh + 1, image.shape[1] - fw + 1
    out = np.zeros((max(rows, 0), max(columns, 0)))
    for i in range(rows):
        for j in range(columns):
            out[i, j] = np.sum(image[i : i + fh, j : j + fw] * kernel)
    return out
