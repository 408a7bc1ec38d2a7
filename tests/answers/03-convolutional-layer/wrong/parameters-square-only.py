"""The filter is taken to be as wide as it is high.

fails: test-count-parameters-example, test-count-parameters-fresh
says: taken to be square
"""


# %% count-parameters
def count_parameters(kernel_size, in_channels, filters, bias=True):
    side = kernel_size if np.ndim(kernel_size) == 0 else kernel_size[1]
    return filters * (in_channels * side**2 + bias)
