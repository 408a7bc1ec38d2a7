"""Batch normalisation always uses the batch.

fails: test-residual-output, test-residual-fresh
says: depends on the others of its batch
"""


# %% residual-block
def residual_block(x, filters, stride=1):
    def convolution(x, size, stride):
        x = layers.Conv2D(filters, size, stride, padding="same", use_bias=False)(x)
        return layers.BatchNormalization()(x, training=True)

    change = layers.ReLU()(convolution(x, 3, stride))
    change = convolution(change, 3, 1)
    if stride != 1 or x.shape[-1] != filters:
        x = convolution(x, 1, stride)
    return layers.ReLU()(layers.Add()([x, change]))
