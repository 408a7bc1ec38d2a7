"""The chapter's recipe: batch normalisation, one-cycle; top k by partition."""


# %% small-model
def build_small_model():
    model = keras.Sequential([keras.Input((28, 28, 1)), layers.AveragePooling2D(2)])
    for filters in (24, 48):
        model.add(layers.Conv2D(filters, 3, padding="same", use_bias=False))
        model.add(layers.MaxPooling2D(2))
        model.add(layers.BatchNormalization(momentum=0.9))
        model.add(layers.ReLU())
    model.add(layers.Flatten())
    model.add(layers.Dense(10, activation="softmax"))
    return model


# %% train
def train(model, x, y):
    batch_size, epochs = 50, 6
    steps = epochs * -(-len(x) // batch_size)
    rate = keras.optimizers.schedules.CosineDecay(
        4e-4, int(0.7 * steps), warmup_target=4e-3, warmup_steps=int(0.3 * steps)
    )
    model.compile(keras.optimizers.AdamW(rate), "sparse_categorical_crossentropy")
    model.fit(x, y, batch_size=batch_size, epochs=epochs, verbose=0)


# %% accuracy-top-k
def accuracy_top_k(probabilities, labels, k):
    n, classes = probabilities.shape
    if k not in range(1, classes + 1):
        raise ValueError("no such k")
    best = np.argpartition(probabilities, classes - k, axis=1)[:, classes - k :]
    return sum(labels[i] in best[i] for i in range(n)) / n
