"""A depthwise filter for each output.

fails: test-separable, test-separable-fresh
says: for each input channel
"""


# %% separable-parameters
def separable_parameters(kernel_size, in_channels, filters):
    fh, fw = (kernel_size,) * 2 if np.ndim(kernel_size) == 0 else kernel_size
    return fh * fw * filters + in_channels * filters + filters
