"""What chapter 5 prints, put under the names of the exercise."""

# %% prepare
def prepare(images, labels):
    x = images[..., np.newaxis] / np.float32(255)
    return x, keras.utils.to_categorical(labels)


# %% build-mlp
def mlp(units, hidden, output="softmax"):
    return keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Flatten(),
            layers.Dense(units, activation=hidden),
            layers.Dense(10, activation=output),
        ]
    )


def build_mlp():
    return mlp(512, "relu")


# %% build-cnn
def build_cnn():
    return keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(32, 3, activation="relu"),
            layers.Conv2D(32, 3, activation="relu"),
            layers.MaxPooling2D(2),
            layers.Conv2D(64, 3, activation="relu"),
            layers.Conv2D(64, 3, activation="relu"),
            layers.MaxPooling2D(2),
            layers.Flatten(),
            layers.Dense(64, activation="relu"),
            layers.Dense(10, activation="softmax"),
        ]
    )


# %% most-confused
def most_confused(y_true, y_pred):
    confusion = np.zeros((10, 10), dtype=int)
    np.add.at(confusion, (y_true, y_pred), 1)
    wrong = confusion - np.diag(confusion.diagonal())
    true, taken = np.unravel_index(wrong.argmax(), wrong.shape)
    return int(true), int(taken)


# %% train
def train(model, x, y):
    model.compile("rmsprop", loss="categorical_crossentropy", metrics=["accuracy"])
    model.fit(x, y, batch_size=64, epochs=5, verbose=0)
    return model
