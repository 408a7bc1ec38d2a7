"""A Sequential model, and a phase as a function of its own."""


# %% build-classifier
def build_classifier(base, n_classes):
    size = base.input_shape[1:]
    return keras.Sequential(
        [
            keras.Input(size),
            layers.Rescaling(1 / 127.5, offset=-1),
            layers.Lambda(lambda x: x[..., ::-1]),
            base,
            layers.GlobalAveragePooling2D(),
            layers.Dense(n_classes, activation="softmax"),
        ]
    )


# %% fine-tune
def one_phase(model, data, epochs, rate):
    loss = keras.losses.SparseCategoricalCrossentropy()
    model.compile(optimizer=keras.optimizers.Adam(learning_rate=rate), loss=loss)
    history = model.fit(*data, epochs=epochs, batch_size=20, verbose=0).history
    return [float(value) for value in history["loss"]]


def fine_tune(model, base, data, layer_name, epochs=(5, 5), rates=(0.01, 0.0003)):
    freeze(base)
    first = one_phase(model, data, epochs[0], rates[0])
    unfreeze_from(base, layer_name)
    return first + one_phase(model, data, epochs[1], rates[1])
