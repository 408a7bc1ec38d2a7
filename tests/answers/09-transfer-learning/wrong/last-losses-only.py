r"""The losses of the first phase are lost.

fails: test-phase-one, test-fine-tune-learns
says: expected 4
"""


# %% fine-tune
def fine_tune(model, base, data, layer_name, epochs=(5, 5), rates=(0.01, 0.0003)):
    x, y = data
    losses = []
    for phase in [0, 1]:
        if phase == 0:
            freeze(base)
        else:
            unfreeze_from(base, layer_name)
        model.compile(
            keras.optimizers.Adam(rates[phase]), loss="sparse_categorical_crossentropy"
        )
        history = model.fit(x, y, batch_size=16, epochs=epochs[phase], verbose=0)
        losses += history.history["loss"]
    return history.history["loss"]
