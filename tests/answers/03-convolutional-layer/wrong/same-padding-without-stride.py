""" "same" pads by f − 1 whatever the stride, as if it were 1.

fails: test-conv2d-stride-padding, test-conv2d-fresh, test-im2col-fresh,
    test-conv2d-fast-fresh, test-backward-weights, test-backward-input
says: one row of zeros
"""


# %% window-grid
def window_grid(height, width, fh, fw, stride=1, padding="valid"):
    steps = tuple(int(s) for s in np.broadcast_to(stride, 2))
    zeros, places = [], []
    for n, f, s in zip((height, width), (fh, fw), steps, strict=True):
        if padding == "same":
            before, after = (f - 1) // 2, f // 2
        else:
            before = after = 0 if padding == "valid" else padding
        if n + before + after < f:
            raise ValueError("the filter does not fit")
        zeros.append((before, after))
        places.append((n + before + after - f) // s + 1)
    return tuple(zeros), steps, tuple(places)
