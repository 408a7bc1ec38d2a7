"""A softmax of a softmax: no class can get more than 0.23.

fails: test-train, test-train-arguments
says: is there a second softmax
"""


# %% small-model
def build_small_model():
    return keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(32, 5, strides=2, padding="same", activation="relu"),
            layers.MaxPooling2D(2),
            layers.Flatten(),
            layers.Dense(48, activation="relu"),
            layers.Dense(10, activation="softmax"),
            layers.Softmax(),
        ]
    )
