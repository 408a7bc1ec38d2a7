"""Pixels still go up to 255.

fails: test-prepare-example, test-prepare-fresh
says: still go up to 255
"""


# %% prepare
def prepare(images, labels):
    return images[..., np.newaxis].astype("float32"), np.eye(10)[labels]
