"""The weights are counted, not their uses.

fails: test-multiply-adds-example, test-multiply-adds-fresh
says: these are the weights
"""


# %% multiply-adds
def multiply_adds(input_shape, kernel_size, filters, stride=1, padding="valid"):
    height, width, channels = input_shape
    fh, fw = (kernel_size,) * 2 if np.ndim(kernel_size) == 0 else kernel_size
    rows, columns = window_grid(height, width, fh, fw, stride, padding)[2]
    return filters * fh * fw * channels
