"""The output holds integers where the input does.

fails: test-average-pool-example, test-average-pool-fresh
says: the fractions are cut off
"""


# %% average-pool2d
def average_pool2d(x, pool_size=2, stride=None, padding="valid"):
    x = np.asarray(x)
    ph, pw = pair(pool_size)
    sh, sw = pair(pool_size if stride is None else stride)
    n, height, width, channels = x.shape
    top = left = 0
    if padding == "valid":
        if ph > height or pw > width:
            raise ValueError("the window does not fit")
        rows, columns = (height - ph) // sh + 1, (width - pw) // sw + 1
    elif padding in ("same", "same_lower"):
        rows, columns = -(-height // sh), -(-width // sw)
        top = (max((rows - 1) * sh + ph - height, 0) + (padding == "same_lower")) // 2
        left = (max((columns - 1) * sw + pw - width, 0) + (padding == "same_lower")) // 2
    else:
        raise ValueError("padding is valid or same")
    out = np.zeros((n, rows, columns, channels), x.dtype)
    for i in range(rows):
        for j in range(columns):
            a, b = i * sh - top, j * sw - left
            window = x[:, max(a, 0) : a + ph, max(b, 0) : b + pw]
            out[:, i, j] = window.mean(axis=(1, 2))
    return out
