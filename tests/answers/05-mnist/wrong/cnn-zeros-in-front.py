"""The second convolution is padded by hand, in front and not behind.

Training is not answered yet.

fails: test-cnn-predicts, test-train-cnn, test-train-mlp
says: the odd one behind
"""


# %% build-cnn
def build_cnn():
    return keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(16, 5, padding="same", activation="relu"),
            layers.ZeroPadding2D(((1, 0), (1, 0))),
            layers.Conv2D(32, 3, strides=2, activation="relu"),
            layers.MaxPooling2D(2),
            layers.Conv2D(64, 3, activation="relu"),
            layers.Flatten(),
            layers.Dense(48, activation="relu"),
            layers.Dense(10, activation="softmax"),
        ]
    )


# %% train
def train(model, x, y):
    raise NotImplementedError("not yet")
