"""The padding same_lower does what same does.

fails: test-average-pool-same, test-average-pool-fresh
says: with same_lower the larger half goes above
"""


# %% average-pool2d
def average_pool2d(x, pool_size=2, stride=None, padding="valid"):
    x = np.asarray(x, dtype=float)
    size, step = pair(pool_size), pair(pool_size if stride is None else stride)
    rims = [(0, 0)]
    for n, p, s in zip(x.shape[1:3], size, step):
        out = max((-(-n // s) - 1) * s + p - n, 0) if padding != "valid" else 0
        rims.append((out // 2, out - out // 2))
    if padding not in ("valid", "same", "same_lower"):
        raise ValueError(padding)
    x = np.pad(x, [*rims, (0, 0)], constant_values=np.nan)
    view = np.lib.stride_tricks.sliding_window_view(x, size, axis=(1, 2))
    return np.nanmean(view[:, :: step[0], :: step[1]], axis=(-2, -1))
