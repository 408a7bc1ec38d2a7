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
    for filters in [[64], [128, 128], [256, 256]]:
        for count in filters:
            x = layers.Conv2D(count, 7 if count == 64 else 3, padding="same")(x)
            x = layers.ReLU()(x)
        x = layers.MaxPooling2D(2)(x)
    x = layers.Flatten()(x)
    for units in (128, 64):
        x = layers.Dropout(0.5)(layers.ReLU()(layers.Dense(units)(x)))
    return keras.Model(inputs, layers.Softmax()(layers.Dense(10)(x)))


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
