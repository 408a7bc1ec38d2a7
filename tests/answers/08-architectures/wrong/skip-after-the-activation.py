"""The skip is added behind the last ReLU.

fails: test-residual-output, test-residual-fresh
says: first the sum, then the ReLU
"""


# %% residual-block
def residual_block(x, filters, stride=1):
    def convolution(x, size, stride):
        x = layers.Conv2D(filters, size, stride, padding="same", use_bias=False)(x)
        return layers.BatchNormalization()(x)

    change = layers.ReLU()(convolution(x, 3, stride))
    change = convolution(change, 3, 1)
    if stride != 1 or x.shape[-1] != filters:
        x = convolution(x, 1, stride)
    return layers.Add()([x, layers.ReLU()(change)])
