"""With np.pad, a view of all windows, and NumPy's own numbers."""


# %% output-size
def output_size(n, f, p=0, s=1):
    if np.any(np.array([n, f, s]) < 1) or p < 0 or f > n + 2 * p:
        raise ValueError("impossible")
    return np.int64(np.floor((n + 2 * p - f) / s) + 1)


# %% same-padding
def same_padding(n, f, s=1, dilation=1):
    f = dilation * (f - 1) + 1
    total = np.maximum((np.ceil(n / s) - 1) * s + f - n, 0)
    return int(np.floor(total / 2)), int(np.ceil(total / 2))


# %% pad2d
def pad2d(image, before, after, value=0):
    sides = np.stack([np.broadcast_to(before, 2), np.broadcast_to(after, 2)], axis=1)
    return np.pad(np.asarray(image, float), sides, constant_values=value)


# %% correlate2d
def correlate2d(image, kernel, stride=1, padding="valid"):
    strides = np.broadcast_to(stride, 2)
    if (strides < 1).any():
        raise ValueError("stride")
    if padding == "same":
        sides = [
            same_padding(*sizes)
            for sizes in zip(image.shape, kernel.shape, strides, strict=True)
        ]
        image = np.pad(np.asarray(image, float), sides)
    elif padding != "valid":
        image = np.pad(np.asarray(image, float), int(padding))
    windows = np.lib.stride_tricks.sliding_window_view(image, kernel.shape)
    windows = windows[:: strides[0], :: strides[1]]
    return np.einsum("ijuv,uv->ij", windows, kernel)


# %% receptive-window
def receptive_window(i, j, kernel_size, stride):
    start = np.array([i, j]) * stride
    return np.stack([start, start + kernel_size - np.array(1)], axis=1)


# %% receptive-field
def receptive_field(layers):
    steps = np.cumprod([1] + [s for _, s in layers])
    return 1 + sum((f - 1) * int(step) for (f, _), step in zip(layers, steps))
