r"""Two corners are given in place of two ranges.

fails: test-receptive-window-example, test-receptive-window-fresh
says: the pairs are corners
"""


# %% receptive-window
def receptive_window(i, j, kernel_size, stride):
    fh, fw = kernel_size if np.ndim(kernel_size) else (kernel_size, kernel_size)
    down, right = stride if np.ndim(stride) else (stride, stride)
    return (i * down, j * right), (i * down + fh - 1, j * right + fw - 1)
