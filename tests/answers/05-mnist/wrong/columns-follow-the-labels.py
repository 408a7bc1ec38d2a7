"""One-hot labels get only as many columns as the largest label needs.

fails: test-prepare-example, test-prepare-fresh
says: ten, whatever the labels
"""


# %% prepare
def prepare(images, labels):
    x = images[..., np.newaxis].astype("float32") / 255
    return x, keras.utils.to_categorical(labels)
