"""No layer but the last has an activation, so all of them are one linear map.

fails: test-model-output
says: no activation between the layers
"""


# %% build-model
def build_model():
    return keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(64, 7, padding="same"),
            layers.MaxPooling2D(2),
            layers.Conv2D(128, 3, padding="same"),
            layers.Conv2D(128, 3, padding="same"),
            layers.MaxPooling2D(2),
            layers.Conv2D(256, 3, padding="same"),
            layers.Conv2D(256, 3, padding="same"),
            layers.MaxPooling2D(2),
            layers.Flatten(),
            layers.Dense(128),
            layers.Dropout(0.5),
            layers.Dense(64),
            layers.Dropout(0.5),
            layers.Dense(10, activation="softmax"),
        ]
    )
