"""The mean is taken over the channels too.

fails: test-global-average-example, test-global-average-fresh
says: all channels are averaged together
"""


# %% global-average-pool2d
def global_average_pool2d(x):
    return np.mean(x, axis=(1, 2, 3))
