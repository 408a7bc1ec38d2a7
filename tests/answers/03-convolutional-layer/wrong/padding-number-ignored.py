"""A number of zeros is taken for no zeros.

fails: test-conv2d-stride-padding, test-conv2d-fresh, test-im2col-example,
    test-im2col-fresh, test-conv2d-fast-fresh, test-multiply-adds-fresh,
    test-backward-bias, test-backward-weights, test-backward-input
says: padding is ignored
"""


# %% window-grid
def window_grid(height, width, fh, fw, stride=1, padding="valid"):
    steps = tuple(int(s) for s in np.broadcast_to(stride, 2))
    zeros, places = [], []
    for n, f, s in zip((height, width), (fh, fw), steps, strict=True):
        total = max((-(-n // s) - 1) * s + f - n, 0) if padding == "same" else 0
        if n + total < f:
            raise ValueError("the filter does not fit")
        zeros.append((total // 2, total - total // 2))
        places.append((n + total - f) // s + 1)
    return tuple(zeros), steps, tuple(places)
