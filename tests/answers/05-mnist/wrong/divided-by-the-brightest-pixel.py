"""The brightest pixel becomes 1, whatever it is.

Training is not answered yet.

fails: test-prepare-fresh, test-train-cnn, test-train-mlp
says: whatever it is
"""


# %% prepare
def prepare(images, labels):
    x = images.astype("float32") / images.max()
    return x[..., np.newaxis], np.eye(10)[labels]


# %% train
def train(model, x, y):
    raise NotImplementedError("not yet")
