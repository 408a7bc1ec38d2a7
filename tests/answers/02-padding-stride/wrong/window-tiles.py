r"""Windows are taken to lie side by side.

fails: test-receptive-window-example, test-receptive-window-fresh
says: do not lie side by side
"""


# %% receptive-window
def receptive_window(i, j, kernel_size, stride):
    fh, fw = kernel_size if np.ndim(kernel_size) else (kernel_size, kernel_size)
    down, right = stride if np.ndim(stride) else (stride, stride)
    return (i * fh, i * fh + fh - 1), (j * fw, j * fw + fw - 1)
