"""The layer gets one bias.

fails: test-count-parameters-example, test-count-parameters-fresh
says: one bias for the whole layer
"""


# %% count-parameters
def count_parameters(kernel_size, in_channels, filters, bias=True):
    fh, fw = (kernel_size,) * 2 if np.ndim(kernel_size) == 0 else kernel_size
    return filters * in_channels * fh * fw + bias
