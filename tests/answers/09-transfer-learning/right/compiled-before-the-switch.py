"""Keras decides what is free in the first step after compile."""


# %% fine-tune
def fine_tune(model, base, data, layer_name, epochs=(5, 5), rates=(0.01, 0.0003)):
    losses = []
    for n, rate, last in zip(epochs, rates, (False, True), strict=True):
        adam = keras.optimizers.Adam(rate)
        model.compile(adam, loss="sparse_categorical_crossentropy")
        if last:
            unfreeze_from(base, layer_name)
        else:
            freeze(base)
        losses.extend(model.fit(*data, epochs=n, batch_size=10, verbose=0).history["loss"])
    return losses


# %% trainable-parameters
def trainable_parameters(model):
    return int(sum(w.numpy().size for w in model.trainable_variables))
