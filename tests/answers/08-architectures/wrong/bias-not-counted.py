"""No bias.

fails: test-separable, test-separable-fresh
says: the bias is missing
"""


# %% separable-parameters
def separable_parameters(kernel_size, in_channels, filters):
    fh, fw = (kernel_size,) * 2 if np.ndim(kernel_size) == 0 else kernel_size
    return fh * fw * in_channels + in_channels * filters
