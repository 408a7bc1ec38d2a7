"""bias=False is not looked at.

fails: test-count-parameters-example, test-count-parameters-fresh
says: bias=False is ignored
"""


# %% count-parameters
def count_parameters(kernel_size, in_channels, filters, bias=True):
    fh, fw = (kernel_size,) * 2 if np.ndim(kernel_size) == 0 else kernel_size
    return filters * (in_channels * fh * fw + 1)
