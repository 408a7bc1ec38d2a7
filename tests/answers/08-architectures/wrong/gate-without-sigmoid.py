"""Nothing keeps the gate between 0 and 1.

fails: test-excite-output, test-excite-fresh
says: the gate has no sigmoid
"""


# %% squeeze-excite
def squeeze_excite(x, ratio=16):
    channels = x.shape[-1]
    gate = layers.GlobalAveragePooling2D()(x)
    gate = layers.Dense(max(1, channels // ratio), activation="relu")(gate)
    gate = layers.Dense(channels)(gate)
    return layers.Multiply()([x, layers.Reshape((1, 1, channels))(gate)])
