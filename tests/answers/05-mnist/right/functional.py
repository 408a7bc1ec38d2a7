"""Keras's functional API, pooling by a stride, and a list in place of arrays."""


# %% prepare
def prepare(images, labels):
    x = np.expand_dims(images.astype("float32") / 255.0, -1)
    return [x, keras.utils.to_categorical(labels, num_classes=10)]


# %% build-mlp
def build_mlp():
    pixels = keras.Input((28, 28, 1))
    row = layers.Reshape((784,))(pixels)
    hidden = layers.Dense(50, "relu")(layers.Dense(200, "relu", use_bias=False)(row))
    return keras.Model(pixels, layers.Dense(10, "softmax")(hidden))


# %% build-cnn
def build_cnn():
    x = pixels = keras.Input((28, 28, 1), name="pixels")
    x = layers.Conv2D(16, (5, 5), activation="relu", padding="same")(x)
    x = layers.Conv2D(32, (3, 3), (2, 2), activation="relu", padding="same")(x)
    x = layers.MaxPooling2D(pool_size=(2, 2), strides=(2, 2))(x)
    x = layers.Conv2D(64, (3, 3), activation="relu", padding="valid")(x)
    x = layers.Dense(48, activation="relu")(layers.Flatten()(x))
    return keras.Model(pixels, layers.Dense(10, activation="softmax")(x))


# %% most-confused
def most_confused(y_true, y_pred):
    mistakes = [
        (true, answer)
        for true in range(10)
        for answer in range(10)
        if true != answer and np.any((y_true == true) & (y_pred == answer))
    ]
    if not mistakes:
        raise ValueError("nothing is confused")
    return max(
        mistakes, key=lambda pair: np.sum((y_true == pair[0]) & (y_pred == pair[1]))
    )
