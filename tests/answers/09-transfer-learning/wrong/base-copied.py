r"""A clone of the base has random weights.

Training is not answered yet.

fails: test-classifier-parts, test-phase-one, test-phase-two, test-fine-tune-learns
says: a copy of the base
"""


# %% build-classifier
def build_classifier(base, n_classes):
    base = keras.models.clone_model(base)
    inputs = keras.Input(base.input_shape[1:])
    x = inputs[..., ::-1] / 127.5 - 1
    x = layers.GlobalAveragePooling2D()(base(x))
    return keras.Model(inputs, layers.Dense(n_classes, activation="softmax")(x))


# %% fine-tune
def fine_tune(model, base, data, layer_name, epochs=(5, 5), rates=(0.01, 0.0003)):
    raise NotImplementedError("not yet")
