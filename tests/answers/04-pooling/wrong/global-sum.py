"""The sum is not divided.

fails: test-global-average-example, test-global-average-fresh
says: divide by the number of pixels
"""


# %% global-average-pool2d
def global_average_pool2d(x):
    return np.sum(x, axis=(1, 2))
