"""Places that hold the maximum share the gradient, as torch.amax does.

fails: test-backward-ties
says: the first one gets all
"""


# %% max-pool2d-backward
def max_pool2d_backward(dout, x, pool_size=2, stride=None):
    ph, pw = pair(pool_size)
    sh, sw = pair(pool_size if stride is None else stride)
    dx = np.zeros(x.shape)
    for k, i, j, c in np.ndindex(dout.shape):
        window = x[k, i * sh : i * sh + ph, j * sw : j * sw + pw, c]
        share = window == window.max()
        share = share / share.sum() * dout[k, i, j, c]
        dx[k, i * sh : i * sh + ph, j * sw : j * sw + pw, c] += share
    return dx
