"""Pixels are divided as integers, so that only white is left.

fails: test-prepare-example, test-prepare-fresh
says: only white is left
"""


# %% prepare
def prepare(images, labels):
    x = (images / 255).astype(images.dtype)
    return x[..., np.newaxis], np.eye(10)[labels]
