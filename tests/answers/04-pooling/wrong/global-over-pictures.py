"""The mean is taken over the pictures too.

fails: test-global-average-example, test-global-average-fresh
says: all pictures are averaged together
"""


# %% global-average-pool2d
def global_average_pool2d(x):
    return np.mean(x, axis=(0, 1, 2))
