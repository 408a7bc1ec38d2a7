r"""A name that does not exist frees nothing, without a word.

Training is not answered yet.

fails: test-unfreeze, test-unfreeze-fresh, test-phase-one, test-phase-two, test-fine-tune-learns
says: should raise ValueError
"""


# %% unfreeze-from
def unfreeze_from(base, layer_name):
    base.trainable = True
    free = False
    for layer in base.layers:
        free = free or layer.name == layer_name
        layer.trainable = free and not isinstance(layer, layers.BatchNormalization)


# %% fine-tune
def fine_tune(model, base, data, layer_name, epochs=(5, 5), rates=(0.01, 0.0003)):
    raise NotImplementedError("not yet")
