"""One-hot labels get only as many columns as the largest label needs.

Training is not answered yet.

fails: test-prepare-example, test-prepare-fresh, test-train-cnn, test-train-mlp
says: ten, whatever the labels
"""


# %% prepare
def prepare(images, labels):
    x = images[..., np.newaxis].astype("float32") / 255
    return x, keras.utils.to_categorical(labels)


# %% train
def train(model, x, y):
    raise NotImplementedError("not yet")
