"""The axis of channels is missing.

Training is not answered yet.

fails: test-prepare-example, test-prepare-fresh, test-train-cnn, test-train-mlp
says: axis of channels is missing
"""


# %% prepare
def prepare(images, labels):
    return images.astype("float32") / 255, np.eye(10)[labels]


# %% train
def train(model, x, y):
    raise NotImplementedError("not yet")
