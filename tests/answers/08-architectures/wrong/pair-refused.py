"""Only whole numbers.

fails: test-separable, test-separable-fresh
says: TypeError|not square|can.t multiply|gives
"""


# %% separable-parameters
def separable_parameters(kernel_size, in_channels, filters):
    fh = fw = kernel_size if np.ndim(kernel_size) == 0 else kernel_size[0]
    return fh * fw * in_channels + in_channels * filters + filters
