"""All windows come as one long list of rows.

fails: test-im2col-example, test-im2col-fresh, test-conv2d-fast-example,
    test-conv2d-fast-fresh, test-conv2d-fast-speed
says: keep the picture and its places as three axes
"""


# %% im2col
def im2col(x, fh, fw, stride=1, padding="valid"):
    zeros, (sh, sw), _ = window_grid(*x.shape[1:3], fh, fw, stride, padding)
    x = np.pad(x, ((0, 0), *zeros, (0, 0)))
    windows = np.lib.stride_tricks.sliding_window_view(x, (fh, fw), axis=(1, 2))
    windows = windows[:, ::sh, ::sw].transpose(0, 1, 2, 4, 5, 3)
    return windows.reshape(-1, fh * fw * x.shape[3])
