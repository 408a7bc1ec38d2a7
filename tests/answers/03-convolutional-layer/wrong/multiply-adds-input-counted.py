"""The places are counted in the input.

fails: test-multiply-adds-example, test-multiply-adds-fresh
says: the output has 28×28
"""


# %% multiply-adds
def multiply_adds(input_shape, kernel_size, filters, stride=1, padding="valid"):
    height, width, channels = input_shape
    fh, fw = (kernel_size,) * 2 if np.ndim(kernel_size) == 0 else kernel_size
    rows, columns = window_grid(height, width, fh, fw, stride, padding)[2]
    return height * width * filters * fh * fw * channels
