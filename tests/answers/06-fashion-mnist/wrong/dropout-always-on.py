"""Dropout stays on in prediction.

fails: test-model-output
says: [iI]s there a training=True
"""


# %% build-model
def build_model():
    inputs = keras.Input((28, 28, 1))
    x = layers.Conv2D(32, 7, 2, padding="same", activation="relu")(inputs)
    x = layers.Conv2D(64, 3, padding="same", activation="relu")(x)
    x = layers.MaxPooling2D(2)(x)
    x = layers.Conv2D(32, 1, activation="relu")(x)
    x = layers.Conv2D(128, 3, activation="relu")(x)
    x = layers.GlobalAveragePooling2D()(x)
    for units in (128, 64):
        x = layers.Dense(units, activation="relu")(x)
        x = layers.Dropout(0.5)(x, training=True)
    return keras.Model(inputs, layers.Dense(10, activation="softmax")(x))
