"""Keras's functional API, ReLU as a layer of its own; a learning rate that falls; a loop over the pictures."""


# %% standardise
def standardise(train, *others):
    mean = np.mean(train, axis=0, keepdims=True)
    variance = np.mean((train - mean) ** 2, axis=0, keepdims=True)
    deviation = np.where(variance > 0, variance, 1) ** 0.5
    return [np.float32((x - mean) / deviation) for x in [train, *others]]


# %% build-model
def build_model():
    inputs = x = keras.Input((28, 28, 1))
    x = layers.ZeroPadding2D(((2, 3), (2, 3)))(x)
    for k, (count, size) in enumerate([(32, 7), (64, 3), (32, 1), (128, 3)]):
        padding = "same" if k == 1 else "valid"
        x = layers.Conv2D(count, size, 1 if k else 2, padding=padding)(x)
        x = layers.ReLU()(x)
        if k == 1:
            x = layers.MaxPooling2D(2)(x)
    x = layers.Flatten()(layers.AveragePooling2D(5)(x))
    for units in (128, 64):
        x = layers.Dropout(0.5)(layers.ReLU()(layers.Dense(units)(x)))
    return keras.Model(inputs, layers.Softmax()(layers.Dense(10)(x)))


# %% batch-norm-backward
def batch_norm_backward(dout, x, gamma, eps=1e-3):
    shape, c = x.shape, x.shape[-1]
    slopes, x = dout.reshape(-1, c), x.reshape(-1, c)
    n = len(x)
    apart = x - x.mean(axis=0)
    root = np.sqrt((apart**2).mean(axis=0) + eps)
    by_normalised = gamma * slopes
    by_variance = -(by_normalised * apart).sum(axis=0) / (2 * root**3)
    by_apart = by_normalised / root + by_variance * 2 * apart / n
    by_x = by_apart - by_apart.sum(axis=0) / n
    return [by_x.reshape(shape), (slopes * apart / root).sum(0), slopes.sum(0)]


# %% train
def train(model, x, y):
    steps = 6 * int(np.ceil(len(x) / 64))
    rate = keras.optimizers.schedules.PolynomialDecay(0.003, steps, 0.0)
    model.compile(keras.optimizers.Adam(rate), "sparse_categorical_crossentropy")
    model.fit(x, y, batch_size=64, epochs=6, verbose=0)


# %% accuracy-top-k
def accuracy_top_k(probabilities, labels, k):
    classes = len(probabilities[0])
    if k < 1 or k > classes:
        raise ValueError(f"k must lie between 1 and {classes}")
    found = 0
    for row, label in zip(probabilities, labels, strict=True):
        found += label in sorted(range(classes), key=lambda c: row[c])[-k:]
    return found / len(labels)
