"""What chapter 3 prints, put into the stubs: no padding, and few strides."""

# %% window-grid
def window_grid(height, width, fh, fw, stride=1, padding="valid"):
    return ((0, 0), (0, 0)), (1, 1), (height - fh + 1, width - fw + 1)


# %% conv2d
def conv2d_loops(x, w, b, strides=(1, 1)):
    fh, fw, channels, filters = w.shape
    sh, sw = strides
    rows, columns = (x.shape[0] - fh) // sh + 1, (x.shape[1] - fw) // sw + 1
    z = np.zeros((rows, columns, filters))
    for i, j, k in np.ndindex(rows, columns, filters):
        total = b[k]
        for u in range(fh):
            for v in range(fw):
                for c in range(channels):
                    total += x[i * sh + u, j * sw + v, c] * w[u, v, c, k]
        z[i, j, k] = total
    return z


def conv2d(x, w, b=None, stride=1, padding="valid"):
    return np.stack([conv2d_loops(one, w, b) for one in x])


# %% im2col
from numpy.lib.stride_tricks import sliding_window_view


def im2col(x, fh, fw, stride=1, padding="valid"):
    windows = sliding_window_view(x, (fh, fw), axis=(1, 2))
    windows = windows.transpose(0, 1, 2, 4, 5, 3)
    return windows.reshape(*windows.shape[:3], -1)


# %% conv2d-fast
def conv2d_fast(x, w, b=None, stride=1, padding="valid"):
    fh, fw, _, filters = w.shape
    rows = im2col(x, fh, fw)
    z = rows.reshape(-1, rows.shape[-1]) @ w.reshape(-1, filters) + b
    return z.reshape(*rows.shape[:3], filters)


# %% count-parameters
def count_parameters(kernel_size, in_channels, filters, bias=True):
    fh, fw = kernel_size
    return filters * (in_channels * fh * fw + 1)


# %% multiply-adds
def multiply_adds(input_shape, kernel_size, filters, stride=1, padding="valid"):
    output, weights = input_shape, kernel_size
    return int(np.prod(output[:-1])) * int(np.prod(weights))


# %% conv2d-backward
def conv2d_backward(dout, x, w, stride=1, padding="valid"):
    (sh, sw), (_, rows, columns, _) = np.broadcast_to(stride, 2), dout.shape
    dx, dw = np.zeros_like(x), np.zeros_like(w)
    for u in range(w.shape[0]):
        for v in range(w.shape[1]):
            met = np.s_[:, u : u + sh * rows : sh, v : v + sw * columns : sw]
            dw[u, v] = np.einsum("nijc,nijk->ck", x[met], dout)
            dx[met] += dout @ w[u, v].T
    return dx, dw, dout.sum(axis=(0, 1, 2))
