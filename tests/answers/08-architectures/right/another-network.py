"""Residual blocks, and a layer that moves the pictures."""


# %% build-network
def build_network():
    x = start = keras.Input((28, 28, 1))
    x = layers.RandomTranslation(0.07, 0.07, fill_mode="nearest")(x)
    x = layers.Conv2D(24, 5, 2, padding="same", activation="relu")(x)
    x = layers.MaxPooling2D(2)(x)
    x = layers.Conv2D(48, 3, padding="same", activation="relu")(x)
    x = layers.MaxPooling2D(2)(x)
    x = layers.Flatten()(x)
    x = layers.Dense(64, activation="relu")(x)
    return keras.Model(start, layers.Dense(10, activation="softmax")(x))


# %% train
def train(model, x, y):
    one_hot = keras.utils.to_categorical(y, 10)
    model.compile("adam", "categorical_crossentropy")
    for rate, epochs in [(0.003, 8), (0.0006, 3)]:
        model.optimizer.learning_rate = rate
        model.fit(x, one_hot, batch_size=64, epochs=epochs, verbose=0)
