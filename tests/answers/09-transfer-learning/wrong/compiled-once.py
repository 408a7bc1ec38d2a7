r"""Compiled before anything is frozen, and never again.

fails: test-phase-two, test-fine-tune-learns
says: compile after unfreezing
"""


# %% fine-tune
def fine_tune(model, base, data, layer_name, epochs=(5, 5), rates=(0.01, 0.0003)):
    x, y = data
    model.compile(keras.optimizers.Adam(rates[0]), "sparse_categorical_crossentropy")
    freeze(base)
    losses = model.fit(x, y, batch_size=16, epochs=epochs[0], verbose=0).history["loss"]
    unfreeze_from(base, layer_name)
    model.optimizer.learning_rate = rates[1]
    again = model.fit(x, y, batch_size=16, epochs=epochs[1], verbose=0)
    return losses + again.history["loss"]
