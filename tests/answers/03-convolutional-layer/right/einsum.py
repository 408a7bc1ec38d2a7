"""All windows as a view, and every sum written as an einsum; no window_grid."""


# %% conv2d
def windows_of(x, fh, fw, stride, padding):
    steps = np.broadcast_to(stride, 2)
    zeros = [(0, 0)] * 2 if padding == "valid" else [(padding, padding)] * 2
    if padding == "same":
        zeros = []
        for n, f, s in zip(x.shape[1:3], (fh, fw), steps, strict=True):
            total = max((int(np.ceil(n / s)) - 1) * s + f - n, 0)
            zeros.append((total // 2, total - total // 2))
    x = np.pad(x, ((0, 0), *zeros, (0, 0)))
    windows = np.lib.stride_tricks.sliding_window_view(x, (fh, fw), axis=(1, 2))
    return windows[:, :: steps[0], :: steps[1]], zeros, x.shape


def conv2d(x, w, b=None, stride=1, padding="valid"):
    windows = windows_of(x, *w.shape[:2], stride, padding)[0]
    if windows.shape[3] != w.shape[2]:
        raise ValueError("channels differ")
    z = np.einsum("mijcuv,uvck->mijk", windows, w)
    return z + (0 if b is None else b)


# %% im2col
def im2col(x, fh, fw, stride=1, padding="valid"):
    windows = windows_of(x, fh, fw, stride, padding)[0]
    return np.einsum("mijcuv->mijuvc", windows).reshape(*windows.shape[:3], -1)


# %% conv2d-fast
def conv2d_fast(x, w, b=None, stride=1, padding="valid"):
    windows = windows_of(x, *w.shape[:2], stride, padding)[0]
    z = np.tensordot(windows, w, axes=((4, 5, 3), (0, 1, 2)))
    return z + (0 if b is None else b)


# %% count-parameters
def count_parameters(kernel_size, in_channels, filters, bias=True):
    places = np.prod(np.broadcast_to(kernel_size, 2))
    return places * in_channels * filters + filters * bias


# %% multiply-adds
def multiply_adds(input_shape, kernel_size, filters, stride=1, padding="valid"):
    fh, fw = np.broadcast_to(kernel_size, 2)
    x = np.zeros((1, *input_shape))
    return windows_of(x, fh, fw, stride, padding)[0].size * filters


# %% conv2d-backward
def conv2d_backward(dout, x, w, stride=1, padding="valid"):
    fh, fw = w.shape[:2]
    windows, zeros, shape = windows_of(x, fh, fw, stride, padding)
    dw = np.einsum("mijcuv,mijk->uvck", windows, dout)
    # Zeros between the gradients, zeros round them, and the filter turned.
    sh, sw = np.broadcast_to(stride, 2)
    spread = np.zeros(
        (len(x), shape[1] + fh - 1, shape[2] + fw - 1, w.shape[3]), dout.dtype
    )
    rows, columns = dout.shape[1] * sh, dout.shape[2] * sw
    spread[:, fh - 1 : fh - 1 + rows : sh, fw - 1 : fw - 1 + columns : sw] = dout
    around = np.lib.stride_tricks.sliding_window_view(spread, (fh, fw), axis=(1, 2))
    dx = np.einsum("mijkuv,uvck->mijc", around, w[::-1, ::-1])
    (top, bottom), (left, right) = zeros
    dx = dx[:, top : shape[1] - bottom, left : shape[2] - right]
    return dx, dw, dout.sum(axis=(0, 1, 2))
