r"""Only convolutions are frozen.

Training is not answered yet.

fails: test-freeze, test-phase-one, test-phase-two, test-fine-tune-learns
says: still free after freeze: norm_a
"""


# %% freeze
def freeze(base):
    base.trainable = True
    for layer in base.layers:
        if isinstance(layer, layers.Conv2D):
            layer.trainable = False


# %% fine-tune
def fine_tune(model, base, data, layer_name, epochs=(5, 5), rates=(0.01, 0.0003)):
    raise NotImplementedError("not yet")
