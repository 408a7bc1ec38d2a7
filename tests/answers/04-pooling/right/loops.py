"""Plain loops over every number, with windows cut off at the rim."""


# %% max-pool2d
def window_at(x, k, i, j, c, size, stride, padding):
    """Give the pixels that output (i, j) sees, as a list of (row, column)."""
    places = []
    for number, n, p, s in zip((i, j), x.shape[1:3], pair(size), pair(stride)):
        start = number * s
        if padding != "valid":
            outside = max((int(np.ceil(n / s)) - 1) * s + p - n, 0)
            start -= (outside + (padding == "same_lower")) // 2
        places.append([m for m in range(start, start + p) if 0 <= m < n])
    return [x[k][row][column][c] for row in places[0] for column in places[1]]


def pool(x, size, stride, padding, reduce):
    x = np.asarray(x)
    stride = size if stride is None else stride
    sizes = []
    for n, p, s in zip(x.shape[1:3], pair(size), pair(stride)):
        if padding in ("same", "same_lower"):
            sizes.append(int(np.ceil(n / s)))
        elif padding != "valid" or p > n:
            raise ValueError("no such padding, or the window does not fit")
        else:
            sizes.append(int(np.floor((n - p) / s)) + 1)
    out = np.zeros((len(x), *sizes, x.shape[3]))
    for k, i, j, c in np.ndindex(out.shape):
        out[k, i, j, c] = reduce(window_at(x, k, i, j, c, size, stride, padding))
    return out


def max_pool2d(x, pool_size=2, stride=None, padding="valid"):
    return pool(x, pool_size, stride, padding, max)


# %% average-pool2d
def average_pool2d(x, pool_size=2, stride=None, padding="valid"):
    return pool(x, pool_size, stride, padding, lambda seen: sum(seen) / len(seen))


# %% global-average-pool2d
def global_average_pool2d(x):
    n, height, width, channels = np.shape(x)
    out = np.zeros((n, channels))
    for k, i, j, c in np.ndindex(n, height, width, channels):
        out[k, c] += x[k][i][j][c] / (height * width)
    return out


# %% max-pool2d-backward
def max_pool2d_backward(dout, x, pool_size=2, stride=None):
    (ph, pw), (sh, sw) = pair(pool_size), pair(pool_size if stride is None else stride)
    dx = np.zeros(np.shape(x))
    for k, i, j, c in np.ndindex(np.shape(dout)):
        best, place = -float("inf"), None
        for row in range(i * sh, i * sh + ph):
            for column in range(j * sw, j * sw + pw):
                if x[k][row][column][c] > best:
                    best, place = x[k][row][column][c], (k, row, column, c)
        dx[place] += dout[k][i][j][c]
    return dx
