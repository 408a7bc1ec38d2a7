"""No convolution and no dense layer has a ReLU.

Training is not answered yet.

fails: test-cnn-predicts, test-train-cnn, test-train-mlp
says: no layer has a ReLU
"""


# %% build-cnn
def build_cnn():
    return keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(16, 5, padding="same"),
            layers.Conv2D(32, 3, strides=2, padding="same"),
            layers.MaxPooling2D(2),
            layers.Conv2D(64, 3),
            layers.Flatten(),
            layers.Dense(48),
            layers.Dense(10, activation="softmax"),
        ]
    )


# %% train
def train(model, x, y):
    raise NotImplementedError("not yet")
