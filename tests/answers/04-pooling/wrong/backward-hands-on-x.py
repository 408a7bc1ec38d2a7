"""The maxima keep their own values.

fails: test-backward-example, test-backward-overlap, test-backward-ties,
    test-backward-fresh
says: put dout there
"""


# %% max-pool2d-backward
def max_pool2d_backward(dout, x, pool_size=2, stride=None):
    ph, pw = pair(pool_size)
    sh, sw = pair(pool_size if stride is None else stride)
    dx = np.zeros(x.shape)
    for k, i, j, c in np.ndindex(dout.shape):
        window = x[k, i * sh : i * sh + ph, j * sw : j * sw + pw, c]
        u, v = np.unravel_index(window.argmax(), window.shape)
        dx[k, i * sh + u, j * sw + v, c] = window[u, v]
    return dx
