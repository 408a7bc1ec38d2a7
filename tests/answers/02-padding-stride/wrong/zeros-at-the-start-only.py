r"""The zeros of an int all go above and to the left.

fails: test-correlate2d-padding, test-correlate2d-fresh
says: only above and to the left
"""


# %% correlate2d
def correlate2d(image, kernel, stride=1, padding="valid"):
    image, kernel = np.asarray(image, dtype=float), np.asarray(kernel, dtype=float)
    fh, fw = kernel.shape
    down, right = stride if np.ndim(stride) else (stride, stride)
    if min(down, right) < 1:
        raise ValueError("a stride is at least 1")
    if padding == "valid":
        rows = columns = (0, 0)
    elif padding == "same":
        rows, columns = (
            same_padding(image.shape[0], fh, down),
            same_padding(image.shape[1], fw, right),
        )
    elif isinstance(padding, (int, np.integer)):
        rows = columns = (padding, padding)
    else:
        raise ValueError("padding must be valid, same or a number")
    after = (rows[1], columns[1]) if padding == "same" else (0, 0)
    padded = pad2d(image, (rows[0], columns[0]), after)
    out_rows = output_size(padded.shape[0], fh, 0, down)
    out_columns = output_size(padded.shape[1], fw, 0, right)
    out = np.zeros((out_rows, out_columns))
    for i in range(out_rows):
        for j in range(out_columns):
            top, left = i * down, j * right
            out[i, j] = np.sum(padded[top : top + fh, left : left + fw] * kernel)
    return out
