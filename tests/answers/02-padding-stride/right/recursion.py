"""The receptive field by recursion, the window from its slice, padding by stacking."""


# %% pad2d
def pad2d(image, before, after, value=0):
    (top, left), (bottom, right) = (
        (side, side) if np.isscalar(side) else side for side in (before, after)
    )
    if top < 0 or left < 0 or bottom < 0 or right < 0:
        raise ValueError("negative")
    h, w = image.shape
    wide = np.hstack([np.full((h, left), value), image, np.full((h, right), value)])
    width = w + left + right
    return np.vstack(
        [np.full((top, width), value), wide, np.full((bottom, width), value)]
    )


# %% receptive-window
def receptive_window(i, j, kernel_size, stride):
    if np.isscalar(kernel_size):
        kernel_size = [kernel_size] * 2
    if np.isscalar(stride):
        stride = [stride] * 2
    return [
        [at * step, at * step + size - 1]
        for at, size, step in zip((i, j), kernel_size, stride)
    ]


# %% receptive-field
def receptive_field(layers):
    if len(layers) == 0:
        return 1
    (f, s), *above = layers
    return (receptive_field(above) - 1) * s + f
