"""The last of several maxima gets the gradient: >= where > is meant.

fails: test-backward-ties
says: the last of several maxima
"""


# %% max-pool2d-backward
def max_pool2d_backward(dout, x, pool_size=2, stride=None):
    ph, pw = pair(pool_size)
    sh, sw = pair(pool_size if stride is None else stride)
    dx = np.zeros(x.shape)
    for k, i, j, c in np.ndindex(dout.shape):
        window = x[k, i * sh : i * sh + ph, j * sw : j * sw + pw, c]
        best = -np.inf
        for a, b in np.ndindex(window.shape):
            if window[a, b] >= best:
                best, u, v = window[a, b], a, b
        dx[k, i * sh + u, j * sw + v, c] += dout[k, i, j, c]
    return dx
