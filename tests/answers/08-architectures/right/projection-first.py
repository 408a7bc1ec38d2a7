"""Other orders of the layers, other names for them."""


# %% residual-block
def residual_block(x, filters, stride=1):
    short = x
    if stride > 1 or x.shape[3] != filters:
        short = layers.Conv2D(filters, 1, strides=stride, use_bias=False)(x)
        short = layers.BatchNormalization()(short)
    y = layers.Conv2D(filters, (3, 3), (stride, stride), "same", use_bias=False)(x)
    y = keras.activations.relu(layers.BatchNormalization()(y))
    y = layers.Conv2D(filters, 3, padding="same", use_bias=False)(y)
    y = layers.BatchNormalization()(y)
    return keras.ops.relu(short + y)


# %% inception-block
def inception_block(x, f1, f3_in, f3, f5_in, f5, pool):
    shrunk = layers.MaxPooling2D(3, strides=1, padding="same")(x)
    d = layers.Conv2D(pool, 1, activation="relu")(shrunk)
    c = layers.Conv2D(f5_in, 1, activation="relu")(x)
    c = layers.Conv2D(f5, 5, padding="same", activation="relu")(c)
    b = layers.Conv2D(f3_in, 1, activation="relu")(x)
    b = layers.Conv2D(f3, 3, padding="same", activation="relu")(b)
    a = layers.ReLU()(layers.Conv2D(f1, 1)(x))
    return layers.concatenate([a, b, c, d], axis=3)
