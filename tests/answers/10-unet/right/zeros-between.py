"""Zeros between the pixels, a flipped kernel slid over them."""


# %% transposed-conv2d
def transposed_conv2d(x, w, stride=1, padding=0):
    x, w = np.array(x, float), np.array(w, float)
    if x.ndim != 2 or w.ndim != 2 or stride < 1 or padding < 0:
        raise ValueError
    (h, b), (fh, fw) = x.shape, w.shape
    spread = np.zeros(((h - 1) * stride + 1, (b - 1) * stride + 1))
    spread[::stride, ::stride] = x
    spread = np.pad(spread, ((fh - 1, fh - 1), (fw - 1, fw - 1)))
    windows = np.lib.stride_tricks.sliding_window_view(spread, (fh, fw))
    out = np.einsum("ijkl,kl->ij", windows, w[::-1, ::-1])
    out = out[padding : out.shape[0] - padding, padding : out.shape[1] - padding]
    if min(out.shape) < 1:
        raise ValueError("nothing is left")
    return out
