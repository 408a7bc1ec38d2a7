"""The axes of pictures and channels are squeezed away.

fails: test-max-pool-lecture, test-max-pool-sizes, test-max-pool-same,
    test-max-pool-errors, test-max-pool-fresh
says: keep the axes of pictures and channels
"""


# %% max-pool2d
def max_pool2d(x, pool_size=2, stride=None, padding="valid"):
    x = np.asarray(x, dtype=float)
    ph, pw = pair(pool_size)
    sh, sw = pair(pool_size if stride is None else stride)
    n, height, width, channels = x.shape
    if padding == "valid":
        if ph > height or pw > width:
            raise ValueError("the window does not fit")
        rows, columns = (height - ph) // sh + 1, (width - pw) // sw + 1
    elif padding in ("same", "same_lower"):
        rows, columns = -(-height // sh), -(-width // sw)
        down = max((rows - 1) * sh + ph - height, 0)
        across = max((columns - 1) * sw + pw - width, 0)
        rim = (down // 2, down - down // 2), (across // 2, across - across // 2)
        if padding == "same_lower":
            rim = rim[0][::-1], rim[1][::-1]
        x = np.pad(x, [(0, 0), *rim, (0, 0)], constant_values=-np.inf)
    else:
        raise ValueError("padding is valid or same")
    out = np.zeros((n, rows, columns, channels))
    for i in range(rows):
        for j in range(columns):
            window = x[:, i * sh : i * sh + ph, j * sw : j * sw + pw]
            out[:, i, j] = window.max(axis=(1, 2))
    return out.squeeze()
