"""The window moves by its own size, whatever the stride.

fails: test-backward-overlap, test-backward-fresh
says: a stride of 1 is given here
"""


# %% max-pool2d-backward
def max_pool2d_backward(dout, x, pool_size=2, stride=None):
    ph, pw = pair(pool_size)
    dx = np.zeros(x.shape)
    for k, i, j, c in np.ndindex(dout.shape):
        window = x[k, i * ph : (i + 1) * ph, j * pw : (j + 1) * pw, c]
        if window.size:
            u, v = np.unravel_index(window.argmax(), window.shape)
            dx[k, i * ph + u, j * pw + v, c] += dout[k, i, j, c]
    return dx
