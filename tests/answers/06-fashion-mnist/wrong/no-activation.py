"""The convolutions and dense layers have no ReLU.

fails: test-model-output
says: no activation between the layers
"""


# %% build-model
def build_model():
    return keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(32, 7, strides=2, padding="same"),
            layers.Conv2D(64, 3, padding="same"),
            layers.MaxPooling2D(2),
            layers.Conv2D(32, 1),
            layers.Conv2D(128, 3),
            layers.GlobalAveragePooling2D(),
            layers.Dense(128),
            layers.Dropout(0.5),
            layers.Dense(64),
            layers.Dropout(0.5),
            layers.Dense(10, activation="softmax"),
        ]
    )
