"""Labels stay integers, where one-hot is wanted, and the loss is chosen to go with them.

fails: test-prepare-example, test-prepare-fresh, test-train-cnn, test-train-mlp
says: these are integers
"""


# %% prepare
def prepare(images, labels):
    x = images[..., np.newaxis].astype("float32") / 255
    return x, labels


# %% train
def train(model, x, y):
    model.compile("adam", loss="sparse_categorical_crossentropy")
    model.fit(x, y, epochs=2, verbose=0)
    return model
