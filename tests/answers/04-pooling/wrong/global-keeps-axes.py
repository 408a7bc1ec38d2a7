"""The axes of rows and columns stay, with length 1.

fails: test-global-average-example, test-global-average-fresh
says: the axes of rows and columns must go
"""


# %% global-average-pool2d
def global_average_pool2d(x):
    return np.mean(x, axis=(1, 2), keepdims=True)
