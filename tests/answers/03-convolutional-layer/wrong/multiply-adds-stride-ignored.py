"""The places are counted as if the stride were 1.

fails: test-multiply-adds-example, test-multiply-adds-fresh
says: stride is ignored
"""


# %% multiply-adds
def multiply_adds(input_shape, kernel_size, filters, stride=1, padding="valid"):
    height, width, channels = input_shape
    fh, fw = (kernel_size,) * 2 if np.ndim(kernel_size) == 0 else kernel_size
    (top, bottom), (left, right) = window_grid(height, width, fh, fw, 1, padding)[0]
    rows, columns = height + top + bottom - fh + 1, width + left + right - fw + 1
    return rows * columns * filters * fh * fw * channels
