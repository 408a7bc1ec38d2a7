r"""The ends are the first row and column outside, as in a slice.

fails: test-receptive-window-example, test-receptive-window-fresh
says: one too far
"""


# %% receptive-window
def receptive_window(i, j, kernel_size, stride):
    fh, fw = kernel_size if np.ndim(kernel_size) else (kernel_size, kernel_size)
    down, right = stride if np.ndim(stride) else (stride, stride)
    return (i * down, i * down + fh), (j * right, j * right + fw)
