"""The fast layer forgets to pass the stride on.

fails: test-conv2d-fast-example, test-conv2d-fast-fresh
says: stride is ignored
"""


# %% conv2d-fast
def conv2d_fast(x, w, b=None, stride=1, padding="valid"):
    windows = im2col(x, *w.shape[:2], padding=padding)
    rows = windows.reshape(-1, windows.shape[3])
    z = (rows @ w.reshape(-1, w.shape[3])).reshape(*windows.shape[:3], w.shape[3])
    return z if b is None else z + b
