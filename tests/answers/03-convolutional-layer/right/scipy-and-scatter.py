"""The forward pass with SciPy; the backward pass scatters through im2col of the indices."""


# %% conv2d
def conv2d(x, w, b=None, stride=1, padding="valid"):
    from scipy.signal import correlate

    if x.shape[3] != w.shape[2]:
        raise ValueError("channels differ")
    zeros, (sh, sw), _ = window_grid(*x.shape[1:3], *w.shape[:2], stride, padding)
    x = np.pad(x, ((0, 0), *zeros, (0, 0)))
    maps = [
        correlate(x, w[None, ..., k], mode="valid", method="direct")[..., 0]
        for k in range(w.shape[3])
    ]
    z = np.stack(maps, axis=3)[:, ::sh, ::sw]
    return z if b is None else z + b


# %% conv2d-backward
def conv2d_backward(dout, x, w, stride=1, padding="valid"):
    fh, fw, _, filters = w.shape
    rows = dout.reshape(-1, filters)
    windows = im2col(x, fh, fw, stride, padding)
    dw = windows.reshape(len(rows), -1).T @ rows
    # Which input does each number of each window come from? 0 is the padding.
    source = im2col(1 + np.arange(x.size).reshape(x.shape), fh, fw, stride, padding)
    share = rows @ w.reshape(-1, filters).T
    dx = np.bincount(source.ravel(), share.ravel(), minlength=x.size + 1)[1:]
    return dx.reshape(x.shape), dw.reshape(w.shape), rows.sum(axis=0)
