"""The first dense layer is linear.

fails: test-excite-output, test-excite-fresh
says: no ReLU in the middle
"""


# %% squeeze-excite
def squeeze_excite(x, ratio=16):
    channels = x.shape[-1]
    gate = layers.GlobalAveragePooling2D()(x)
    gate = layers.Dense(max(1, channels // ratio))(gate)
    gate = layers.Dense(channels, activation="sigmoid")(gate)
    return layers.Multiply()([x, layers.Reshape((1, 1, channels))(gate)])
