"""Each kernel gets a bias, not each filter.

fails: test-count-parameters-example, test-count-parameters-fresh
says: each channel gets a bias
"""


# %% count-parameters
def count_parameters(kernel_size, in_channels, filters, bias=True):
    fh, fw = (kernel_size,) * 2 if np.ndim(kernel_size) == 0 else kernel_size
    return filters * in_channels * (fh * fw + bias)
