r"""The formula for a stride of 1.

fails: test-receptive-window-example, test-receptive-window-fresh
says: the stride is missing
"""


# %% receptive-window
def receptive_window(i, j, kernel_size, stride):
    fh, fw = kernel_size if np.ndim(kernel_size) else (kernel_size, kernel_size)
    down, right = stride if np.ndim(stride) else (stride, stride)
    return (i, i + fh - 1), (j, j + fw - 1)
