"""Every sum is a loop; only the fast layer is vectorised, by shifting the picture."""


# %% conv2d
def conv2d(x, w, b=None, stride=1, padding="valid"):
    n, height, width, channels = x.shape
    fh, fw, expected, filters = w.shape
    if channels != expected:
        raise ValueError(f"{channels} channels in x, {expected} in w")
    ((top, _), (left, _)), (sh, sw), (rows, columns) = window_grid(
        height, width, fh, fw, stride, padding
    )
    z = np.zeros((n, rows, columns, filters))
    for m, i, j, k in np.ndindex(z.shape):
        z[m, i, j, k] = 0 if b is None else b[k]
        for u, v in np.ndindex(fh, fw):
            row, column = i * sh + u - top, j * sw + v - left
            if 0 <= row < height and 0 <= column < width:
                for c in range(channels):
                    z[m, i, j, k] += x[m, row, column, c] * w[u, v, c, k]
    return z


# %% im2col
def im2col(x, fh, fw, stride=1, padding="valid"):
    n, height, width, channels = x.shape
    zeros, (sh, sw), (rows, columns) = window_grid(
        height, width, fh, fw, stride, padding
    )
    x = np.pad(x, ((0, 0), *zeros, (0, 0)))
    out = np.zeros((n, rows, columns, fh * fw * channels), dtype=x.dtype)
    for m, i, j in np.ndindex(n, rows, columns):
        top, left = i * sh, j * sw
        out[m, i, j] = x[m, top : top + fh, left : left + fw].ravel()
    return out


# %% conv2d-fast
def conv2d_fast(x, w, b=None, stride=1, padding="valid"):
    fh, fw, _, filters = w.shape
    zeros, (sh, sw), (rows, columns) = window_grid(
        *x.shape[1:3], fh, fw, stride, padding
    )
    x = np.pad(x, ((0, 0), *zeros, (0, 0)))
    z = np.zeros((len(x), rows, columns, filters)) + (0 if b is None else b)
    for u, v in np.ndindex(fh, fw):
        z += x[:, u : u + sh * rows : sh, v : v + sw * columns : sw] @ w[u, v]
    return z


# %% conv2d-backward
def conv2d_backward(dout, x, w, stride=1, padding="valid"):
    n, height, width, channels = x.shape
    fh, fw, _, filters = w.shape
    zeros, (sh, sw), _ = window_grid(height, width, fh, fw, stride, padding)
    padded = np.pad(x, ((0, 0), *zeros, (0, 0)))
    dx, dw, db = np.zeros_like(padded), np.zeros(w.shape), np.zeros(filters)
    for m, i, j, k in np.ndindex(dout.shape):
        window = np.s_[m, i * sh : i * sh + fh, j * sw : j * sw + fw]
        dx[window] += dout[m, i, j, k] * w[..., k]
        dw[..., k] += dout[m, i, j, k] * padded[window]
        db[k] += dout[m, i, j, k]
    (top, _), (left, _) = zeros
    return dx[:, top : top + height, left : left + width], dw, db
