"""Integer labels inside, two rounds of training with smaller steps in the second."""


# %% train
def train(model, x, y):
    digits = np.argmax(y, axis=1)
    optimizer = keras.optimizers.Adam(0.002)
    model.compile(optimizer, loss="sparse_categorical_crossentropy")
    model.fit(x, digits, batch_size=32, epochs=2, verbose=0)
    optimizer.learning_rate = 0.0003
    model.fit(x, digits, batch_size=32, epochs=1, verbose=0)
    return model


# %% most-confused
def most_confused(y_true, y_pred):
    pairs = np.stack([y_true, y_pred], axis=1)[y_true != y_pred]
    if len(pairs) == 0:
        raise ValueError("every answer is right")
    kinds, counts = np.unique(pairs, axis=0, return_counts=True)
    return tuple(kinds[np.argmax(counts)])
