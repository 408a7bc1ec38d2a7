"""Pixels still go up to 255.

Training is not answered yet.

fails: test-prepare-example, test-prepare-fresh, test-train-cnn, test-train-mlp
says: still go up to 255
"""


# %% prepare
def prepare(images, labels):
    return images[..., np.newaxis].astype("float32"), np.eye(10)[labels]


# %% train
def train(model, x, y):
    raise NotImplementedError("not yet")
