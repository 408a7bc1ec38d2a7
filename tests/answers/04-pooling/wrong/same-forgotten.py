"""Padding is never looked at.

fails: test-max-pool-same, test-max-pool-errors, test-max-pool-fresh
says: rounded up
"""


# %% max-pool2d
def max_pool2d(x, pool_size=2, stride=None, padding="valid"):
    (ph, pw), (sh, sw) = pair(pool_size), pair(pool_size if stride is None else stride)
    n, height, width, channels = x.shape
    rows, columns = (height - ph) // sh + 1, (width - pw) // sw + 1
    out = np.zeros((n, rows, columns, channels))
    for k, i, j, c in np.ndindex(out.shape):
        out[k, i, j, c] = np.max(x[k, i * sh : i * sh + ph, j * sw : j * sw + pw, c])
    return out
