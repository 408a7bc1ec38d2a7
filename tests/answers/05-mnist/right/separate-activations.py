"""Activations as layers of their own, the ReLU behind the pool, the labels compared."""


# %% prepare
def prepare(images, labels):
    x = np.zeros((len(images), 28, 28, 1), dtype=np.float32)
    for k in range(len(images)):
        x[k, :, :, 0] = images[k] / 255
    return x, (np.arange(10) == np.asarray(labels)[:, None]).astype(int)


# %% build-mlp
def build_mlp():
    model = keras.Sequential()
    model.add(keras.Input(shape=(28, 28, 1)))
    model.add(layers.Flatten())
    model.add(layers.Dense(200, use_bias=False))
    model.add(layers.ReLU())
    model.add(layers.Dense(50))
    model.add(layers.Activation("relu"))
    model.add(layers.Dense(10))
    model.add(layers.Softmax())
    return model


# %% build-cnn
def build_cnn():
    model = keras.Sequential([keras.Input(shape=(28, 28, 1))])
    model.add(layers.Conv2D(16, 5, padding="same"))
    model.add(layers.ReLU())
    model.add(layers.ZeroPadding2D(((0, 1), (0, 1))))
    model.add(layers.Conv2D(32, 3, strides=2))
    model.add(layers.MaxPool2D())
    model.add(layers.ReLU())
    model.add(layers.Conv2D(64, 3))
    model.add(layers.ReLU())
    model.add(layers.Flatten())
    model.add(layers.Dense(48))
    model.add(layers.ReLU())
    model.add(layers.Dense(10))
    model.add(layers.Softmax())
    return model
