"""The first stride goes across and the second down.

fails: test-conv2d-stride-padding, test-conv2d-fresh, test-im2col-example,
    test-im2col-fresh, test-conv2d-fast-fresh, test-multiply-adds-fresh,
    test-backward-bias, test-backward-weights, test-backward-input
says: strides are swapped
"""


# %% window-grid
def window_grid(height, width, fh, fw, stride=1, padding="valid"):
    steps = (stride, stride) if np.ndim(stride) == 0 else tuple(stride)[::-1]
    zeros, places = [], []
    for n, f, s in zip((height, width), (fh, fw), steps, strict=True):
        total = max((-(-n // s) - 1) * s + f - n, 0)
        before = total // 2 if padding == "same" else 0
        after = total - before if padding == "same" else 0
        if padding not in ("same", "valid"):
            before = after = padding
        if n + before + after < f:
            raise ValueError("the filter does not fit")
        zeros.append((before, after))
        places.append((n + before + after - f) // s + 1)
    return tuple(zeros), steps, tuple(places)
