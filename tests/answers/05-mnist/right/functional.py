"""Keras's functional API, pooling by a stride, and a list in place of arrays."""


# %% prepare
def prepare(images, labels):
    x = np.expand_dims(images.astype("float32") / 255.0, -1)
    return [x, keras.utils.to_categorical(labels, num_classes=10)]


# %% build-mlp
def build_mlp():
    pixels = keras.Input((28, 28, 1))
    hidden = layers.Dense(512, "relu")(layers.Reshape((784,))(pixels))
    return keras.Model(pixels, layers.Dense(10, "softmax")(hidden))


# %% build-cnn
def build_cnn():
    x = pixels = keras.Input((28, 28, 1), name="pixels")
    for filters in (32, 64):
        x = layers.Conv2D(filters, (3, 3), activation="relu", padding="valid")(x)
        x = layers.Conv2D(filters, (3, 3), activation="relu", padding="valid")(x)
        x = layers.MaxPooling2D(pool_size=(2, 2), strides=(2, 2))(x)
    x = layers.Dense(64, activation="relu")(layers.Flatten()(x))
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
