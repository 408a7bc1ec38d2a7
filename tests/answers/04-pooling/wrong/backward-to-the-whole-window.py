"""Every place of a window gets its gradient.

fails: test-backward-example, test-backward-overlap, test-backward-ties,
    test-backward-fresh
says: only its maximum does
"""


# %% max-pool2d-backward
def max_pool2d_backward(dout, x, pool_size=2, stride=None):
    ph, pw = pair(pool_size)
    sh, sw = pair(pool_size if stride is None else stride)
    dx = np.zeros(x.shape)
    for k, i, j, c in np.ndindex(dout.shape):
        dx[k, i * sh : i * sh + ph, j * sw : j * sw + pw, c] += dout[k, i, j, c]
    return dx
