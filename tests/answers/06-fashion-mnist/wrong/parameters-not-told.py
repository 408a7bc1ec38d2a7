"""A network that is too large says that it is small.

fails: test-small-model
says: at most 100,000 are allowed
"""


# %% small-model
class Modest(keras.Sequential):
    def count_params(self):
        return 1000


def build_small_model():
    return Modest(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(32, 5, strides=2, padding="same", activation="relu"),
            layers.MaxPooling2D(2),
            layers.Flatten(),
            layers.Dense(96, activation="relu"),
            layers.Dense(10, activation="softmax"),
        ]
    )
