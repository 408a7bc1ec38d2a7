"""The first ReLU stands before its batch normalisation.

fails: test-residual-output
says: belongs behind it
"""


# %% residual-block
def residual_block(x, filters, stride=1):
    def convolution(x, size, stride):
        x = layers.Conv2D(filters, size, stride, padding="same", use_bias=False)(x)
        return layers.BatchNormalization()(x)

    change = layers.Conv2D(filters, 3, stride, padding="same", use_bias=False)(x)
    change = layers.BatchNormalization()(layers.ReLU()(change))
    change = convolution(change, 3, 1)
    if stride != 1 or x.shape[-1] != filters:
        x = convolution(x, 1, stride)
    return layers.ReLU()(layers.Add()([x, change]))
