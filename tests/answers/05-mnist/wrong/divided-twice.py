"""Pixels are divided by 255, and then once more.

Training is not answered yet.

fails: test-prepare-example, test-prepare-fresh, test-train-cnn, test-train-mlp
says: divided by 255 twice
"""


# %% prepare
def prepare(images, labels):
    x = images.astype("float32") / 255
    x = x.reshape(-1, 28, 28, 1) / 255
    return x, np.eye(10)[labels]


# %% train
def train(model, x, y):
    raise NotImplementedError("not yet")
