"""One maximum is searched for all channels.

fails: test-backward-example, test-backward-fresh
says: each channel has its own maximum
"""


# %% max-pool2d-backward
def max_pool2d_backward(dout, x, pool_size=2, stride=None):
    ph, pw = pair(pool_size)
    sh, sw = pair(pool_size if stride is None else stride)
    dx = np.zeros(x.shape)
    for k, i, j in np.ndindex(dout.shape[:3]):
        window = x[k, i * sh : i * sh + ph, j * sw : j * sw + pw]
        u, v = np.unravel_index(window.max(axis=2).argmax(), (ph, pw))
        dx[k, i * sh + u, j * sw + v] += dout[k, i, j]
    return dx
