"""What has no answer gets one: an empty array, or valid for every other word.

fails: test-max-pool-errors
says: does not fit a picture of 4 rows
"""


# %% max-pool2d
def max_pool2d(x, pool_size=2, stride=None, padding="valid"):
    x = np.asarray(x, dtype=float)
    (ph, pw), (sh, sw) = pair(pool_size), pair(pool_size if stride is None else stride)
    height, width = x.shape[1:3]
    rows, columns = max((height - ph) // sh + 1, 0), max((width - pw) // sw + 1, 0)
    if padding in ("same", "same_lower"):
        rows, columns = -(-height // sh), -(-width // sw)
        down = max((rows - 1) * sh + ph - height, 0)
        across = max((columns - 1) * sw + pw - width, 0)
        rim = (down // 2, down - down // 2), (across // 2, across - across // 2)
        if padding == "same_lower":
            rim = rim[0][::-1], rim[1][::-1]
        x = np.pad(x, [(0, 0), *rim, (0, 0)], constant_values=-np.inf)
    out = np.zeros((len(x), rows, columns, x.shape[3]))
    for i, j in np.ndindex(rows, columns):
        window = x[:, i * sh : i * sh + ph, j * sw : j * sw + pw]
        out[:, i, j] = window.max(axis=(1, 2))
    return out
