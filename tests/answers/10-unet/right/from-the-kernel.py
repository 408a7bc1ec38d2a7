"""A loop over the kernel's numbers instead of the pixels'."""


# %% transposed-conv2d
def transposed_conv2d(x, w, stride=1, padding=0):
    x, w = np.asarray(x), np.asarray(w)
    if not (x.ndim == w.ndim == 2 and stride >= 1 and padding >= 0):
        raise ValueError("no such layer")
    size = [(n - 1) * stride + f for n, f in zip(x.shape, w.shape)]
    if min(size) - 2 * padding < 1:
        raise ValueError("nothing is left")
    out = np.zeros(size)
    for (a, b), weight in np.ndenumerate(w):
        rows = slice(a, a + (x.shape[0] - 1) * stride + 1, stride)
        columns = slice(b, b + (x.shape[1] - 1) * stride + 1, stride)
        out[rows, columns] += weight * x
    p = padding
    return out[p : size[0] - p, p : size[1] - p]
