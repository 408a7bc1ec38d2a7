"""The brightest pixel becomes 1, whatever it is.

fails: test-prepare-fresh
says: whatever it is
"""


# %% prepare
def prepare(images, labels):
    x = images.astype("float32") / images.max()
    return x[..., np.newaxis], np.eye(10)[labels]
