"""Each path is a Sequential of its own."""


# %% residual-block
def residual_block(x, filters, stride=1):
    same = {"padding": "same", "use_bias": False}
    change = keras.Sequential(
        [
            layers.Conv2D(filters, 3, stride, **same),
            layers.BatchNormalization(),
            layers.ReLU(),
            layers.Conv2D(filters, 3, **same),
            layers.BatchNormalization(),
        ]
    )
    around = layers.Identity()
    if (stride, x.shape[-1]) != (1, filters):
        around = keras.Sequential(
            [layers.Conv2D(filters, 1, stride, **same), layers.BatchNormalization()]
        )
    return layers.Activation("relu")(layers.add([change(x), around(x)]))


# %% inception-block
def inception_block(x, f1, f3_in, f3, f5_in, f5, pool):
    def relu(filters, size):
        return layers.Conv2D(filters, size, padding="same", activation="relu")

    branches = [
        keras.Sequential([relu(f1, 1)]),
        keras.Sequential([relu(f3_in, 1), relu(f3, 3)]),
        keras.Sequential([relu(f5_in, 1), relu(f5, 5)]),
        keras.Sequential([layers.MaxPooling2D(3, 1, "same"), relu(pool, 1)]),
    ]
    return layers.Concatenate(axis=-1)([branch(x) for branch in branches])
