"""Pixels are divided as integers, so that only white is left.

Training is not answered yet.

fails: test-prepare-example, test-prepare-fresh, test-train-cnn, test-train-mlp
says: only white is left
"""


# %% prepare
def prepare(images, labels):
    x = (images / 255).astype(images.dtype)
    return x[..., np.newaxis], np.eye(10)[labels]


# %% train
def train(model, x, y):
    raise NotImplementedError("not yet")
