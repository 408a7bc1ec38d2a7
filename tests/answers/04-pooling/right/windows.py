"""Without loops: a view of all windows; ones, pooled in the same way, count pixels."""


# %% max-pool2d
def all_windows(x, pool_size, stride, padding, fill):
    """Give every window on the last two axes: (n, OH, OW, C, ph, pw)."""
    size = pair(pool_size)
    step = size if stride is None else pair(stride)
    if padding not in {"valid", "same", "same_lower"}:
        raise ValueError(padding)
    if padding != "valid":
        n, p, s = np.array(x.shape[1:3]), np.array(size), np.array(step)
        rim = np.maximum((np.ceil(n / s).astype(int) - 1) * s + p - n, 0)
        before, after = rim // 2, rim - rim // 2
        if padding == "same_lower":
            before, after = after, before
        rims = [(0, 0), (before[0], after[0]), (before[1], after[1]), (0, 0)]
        x = np.pad(x, rims, constant_values=fill)
    # It refuses windows larger than the picture with a ValueError of its own.
    view = np.lib.stride_tricks.sliding_window_view(x, size, axis=(1, 2))
    return view[:, :: step[0], :: step[1]]


def max_pool2d(x, pool_size=2, stride=None, padding="valid"):
    x = np.array(x, dtype=float)
    return all_windows(x, pool_size, stride, padding, -np.inf).max(axis=(4, 5))


# %% average-pool2d
def average_pool2d(x, pool_size=2, stride=None, padding="valid"):
    x = np.array(x, dtype=float)
    ones = np.ones_like(x)
    total = all_windows(x, pool_size, stride, padding, 0).sum(axis=(4, 5))
    return total / all_windows(ones, pool_size, stride, padding, 0).sum(axis=(4, 5))


# %% global-average-pool2d
def global_average_pool2d(x):
    return average_pool2d(x, np.shape(x)[1:3])[:, 0, 0, :]


# %% max-pool2d-backward
def max_pool2d_backward(dout, x, pool_size=2, stride=None):
    ph, pw = pair(pool_size)
    sh, sw = (ph, pw) if stride is None else pair(stride)
    view = all_windows(np.asarray(x), pool_size, stride, "valid", 0)
    first = view.reshape(*view.shape[:4], -1).argmax(axis=-1)
    k, i, j, c = np.indices(np.shape(dout))
    dx = np.zeros(np.shape(x))
    np.add.at(dx, (k, i * sh + first // pw, j * sw + first % pw, c), dout)
    return dx
