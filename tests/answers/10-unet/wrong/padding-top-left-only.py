"""The padding is cut off at the top and the left only.

fails: test-transposed-example, test-transposed-fresh
says: top and left only
"""


# %% transposed-conv2d
def transposed_conv2d(x, w, stride=1, padding=0):
    x, w = np.asarray(x, dtype=float), np.asarray(w, dtype=float)
    if x.ndim != 2 or w.ndim != 2:
        raise ValueError("x and w must be 2-D")
    if stride < 1 or padding < 0:
        raise ValueError("stride must be at least 1 and padding at least 0")
    (height, width), (fh, fw) = x.shape, w.shape
    out = np.zeros(((height - 1) * stride + fh, (width - 1) * stride + fw))
    rows, columns = out.shape
    if rows <= 2 * padding or columns <= 2 * padding:
        raise ValueError("the padding leaves nothing")
    for i in range(height):
        for j in range(width):
            top, left = i * stride, j * stride
            out[top : top + fh, left : left + fw] += x[i, j] * w
    return out[padding:, padding:]
