"""A loop over the window's places, each a strided slice of all pictures."""


# %% max-pool2d
def max_pool2d(x, pool_size=2, stride=None, padding="valid"):
    best = None
    for piece, _ in slices(x, pool_size, stride, padding):
        best = piece if best is None else np.fmax(best, piece)
    return best


def slices(x, pool_size, stride, padding):
    """Give, for each place of the window, what all windows see there; nan outside."""
    x = np.array(x, dtype=float)
    size = pair(pool_size)
    step = size if stride is None else pair(stride)
    rows, columns = x.shape[1:3]
    if padding == "valid":
        if rows < size[0] or columns < size[1]:
            raise ValueError("the window does not fit")
        oh, ow = (rows - size[0]) // step[0] + 1, (columns - size[1]) // step[1] + 1
        top = left = 0
    elif padding in ("same", "same_lower"):
        lower = int(padding == "same_lower")
        oh, ow = (rows - 1) // step[0] + 1, (columns - 1) // step[1] + 1
        top = (max((oh - 1) * step[0] + size[0] - rows, 0) + lower) // 2
        left = (max((ow - 1) * step[1] + size[1] - columns, 0) + lower) // 2
    else:
        raise ValueError("padding is valid or same")
    wide = np.pad(
        x, [(0, 0), (top, size[0]), (left, size[1]), (0, 0)], constant_values=np.nan
    )
    for u, v in np.ndindex(*size):
        bottom, right = u + (oh - 1) * step[0] + 1, v + (ow - 1) * step[1] + 1
        yield wide[:, u : bottom : step[0], v : right : step[1]], (u, v)


# %% average-pool2d
def average_pool2d(x, pool_size=2, stride=None, padding="valid"):
    pieces = np.array([piece for piece, _ in slices(x, pool_size, stride, padding)])
    return np.nansum(pieces, axis=0) / np.sum(~np.isnan(pieces), axis=0)


# %% max-pool2d-backward
def max_pool2d_backward(dout, x, pool_size=2, stride=None):
    step = pair(pool_size if stride is None else stride)
    best, dx = max_pool2d(x, pool_size, stride), np.zeros(np.shape(x))
    waiting = np.ones(np.shape(dout), dtype=bool)
    oh, ow = np.shape(dout)[1:3]
    for piece, (u, v) in slices(x, pool_size, stride, "valid"):
        wins = waiting & (piece == best)
        waiting &= ~wins
        rows = slice(u, u + (oh - 1) * step[0] + 1, step[0])
        columns = slice(v, v + (ow - 1) * step[1] + 1, step[1])
        dx[:, rows, columns] += wins * dout
    return dx
