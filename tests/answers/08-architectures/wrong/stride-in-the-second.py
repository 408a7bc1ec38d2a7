"""The second convolution has the stride.

fails: test-residual-output
says: it belongs to the first
"""


# %% residual-block
def residual_block(x, filters, stride=1):
    def convolution(x, size, stride):
        x = layers.Conv2D(filters, size, stride, padding="same", use_bias=False)(x)
        return layers.BatchNormalization()(x)

    change = layers.ReLU()(convolution(x, 3, 1))
    change = convolution(change, 3, stride)
    if stride != 1 or x.shape[-1] != filters:
        x = convolution(x, 1, stride)
    return layers.ReLU()(layers.Add()([x, change]))
