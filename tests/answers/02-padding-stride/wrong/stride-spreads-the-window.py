r"""The stride is put into the window: that is dilation.

fails: test-correlate2d-stride, test-correlate2d-padding, test-correlate2d-fresh
says: the stride has spread the window
"""


# %% correlate2d
def correlate2d(image, kernel, stride=1, padding="valid"):
    image, kernel = np.asarray(image, dtype=float), np.asarray(kernel, dtype=float)
    fh, fw = kernel.shape
    down, right = stride if np.ndim(stride) else (stride, stride)
    if min(down, right) < 1:
        raise ValueError("a stride is at least 1")
    spread = np.zeros(
        ((kernel.shape[0] - 1) * down + 1, (kernel.shape[1] - 1) * right + 1)
    )
    spread[::down, ::right] = kernel
    kernel = spread
    fh, fw = kernel.shape
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
    padded = pad2d(image, (rows[0], columns[0]), (rows[1], columns[1]))
    out_rows = output_size(padded.shape[0], fh, 0, down)
    out_columns = output_size(padded.shape[1], fw, 0, right)
    out = np.zeros((out_rows, out_columns))
    for i in range(out_rows):
        for j in range(out_columns):
            top, left = i * down, j * right
            out[i, j] = np.sum(padded[top : top + fh, left : left + fw] * kernel)
    return out
