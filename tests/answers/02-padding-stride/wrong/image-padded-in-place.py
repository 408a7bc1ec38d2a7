r"""The picture is made zero along its border instead of being enlarged.

fails: test-correlate2d-padding, test-correlate2d-fresh
says: has shape
"""


# %% correlate2d
def correlate2d(image, kernel, stride=1, padding="valid"):
    fh, fw = kernel.shape
    down, right = stride if np.ndim(stride) else (stride, stride)
    if (
        min(down, right) < 1
        or isinstance(padding, str)
        and padding not in ("valid", "same")
    ):
        raise ValueError("no such stride or padding")
    p = 0 if padding == "valid" else fh // 2 if padding == "same" else padding
    output_size(image.shape[0], fh, p), output_size(image.shape[1], fw, p)
    if p:
        image[:p], image[-p:], image[:, :p], image[:, -p:] = 0, 0, 0, 0
    rows = max((image.shape[0] - fh) // down + 1, 0)
    columns = max((image.shape[1] - fw) // right + 1, 0)
    out = np.zeros((rows, columns))
    for i in range(rows):
        for j in range(columns):
            top, left = i * down, j * right
            out[i, j] = np.sum(image[top : top + fh, left : left + fw] * kernel)
    return out
