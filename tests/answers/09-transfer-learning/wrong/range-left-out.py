r"""The channels are swapped, the range is forgotten.

Training is not answered yet.

fails: test-classifier-predicts, test-classifier-fresh, test-phase-one, test-phase-two, test-fine-tune-learns
says: still go from 0 to 255
"""


# %% build-classifier
def build_classifier(base, n_classes):
    inputs = keras.Input(base.input_shape[1:])
    x = inputs[..., ::-1]
    x = layers.GlobalAveragePooling2D()(base(x))
    return keras.Model(inputs, layers.Dense(n_classes, activation="softmax")(x))


# %% fine-tune
def fine_tune(model, base, data, layer_name, epochs=(5, 5), rates=(0.01, 0.0003)):
    raise NotImplementedError("not yet")
