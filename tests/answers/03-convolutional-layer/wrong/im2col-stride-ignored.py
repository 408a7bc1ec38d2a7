"""All windows are kept, whatever the stride.

fails: test-im2col-example, test-im2col-fresh, test-conv2d-fast-example, test-conv2d-fast-fresh, test-backward-example, test-backward-bias, test-backward-weights, test-backward-input
says: are the stride and the padding both used
"""


# %% im2col
def im2col(x, fh, fw, stride=1, padding="valid"):
    zeros, (sh, sw), _ = window_grid(*x.shape[1:3], fh, fw, stride, padding)
    x = np.pad(x, ((0, 0), *zeros, (0, 0)))
    windows = np.lib.stride_tricks.sliding_window_view(x, (fh, fw), axis=(1, 2))
    windows = windows.transpose(0, 1, 2, 4, 5, 3)
    return windows.reshape(*windows.shape[:3], -1)
