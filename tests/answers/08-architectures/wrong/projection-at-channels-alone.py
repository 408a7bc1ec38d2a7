"""Where only the maps shrink, the projection is missing.

fails: test-residual-layers, test-residual-fresh
says: cannot be added
"""


# %% residual-block
def residual_block(x, filters, stride=1):
    def convolution(x, size, stride):
        x = layers.Conv2D(filters, size, stride, padding="same", use_bias=False)(x)
        return layers.BatchNormalization()(x)

    change = layers.ReLU()(convolution(x, 3, stride))
    change = convolution(change, 3, 1)
    if x.shape[-1] != filters:
        x = convolution(x, 1, stride)
    return layers.ReLU()(layers.Add()([x, change]))
