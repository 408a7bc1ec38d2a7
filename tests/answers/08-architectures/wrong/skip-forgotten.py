"""Nothing is added.

fails: test-residual-layers, test-residual-output, test-residual-fresh
says: there is no projection
"""


# %% residual-block
def residual_block(x, filters, stride=1):
    def convolution(x, size, stride):
        x = layers.Conv2D(filters, size, stride, padding="same", use_bias=False)(x)
        return layers.BatchNormalization()(x)

    change = layers.ReLU()(convolution(x, 3, stride))
    change = convolution(change, 3, 1)
    return layers.ReLU()(change)
