"""A multiplication and an addition count as two.

fails: test-multiply-adds-example, test-multiply-adds-fresh
says: count a pair as one
"""


# %% multiply-adds
def multiply_adds(input_shape, kernel_size, filters, stride=1, padding="valid"):
    height, width, channels = input_shape
    fh, fw = (kernel_size,) * 2 if np.ndim(kernel_size) == 0 else kernel_size
    rows, columns = window_grid(height, width, fh, fw, stride, padding)[2]
    return 2 * rows * columns * filters * fh * fw * channels
