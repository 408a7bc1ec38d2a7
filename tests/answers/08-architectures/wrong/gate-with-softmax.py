"""The gates add up to 1.

fails: test-excite-output, test-excite-fresh
says: channels do not exclude each other
"""


# %% squeeze-excite
def squeeze_excite(x, ratio=16):
    channels = x.shape[-1]
    gate = layers.GlobalAveragePooling2D()(x)
    gate = layers.Dense(max(1, channels // ratio), activation="relu")(gate)
    gate = layers.Dense(channels, activation="softmax")(gate)
    return layers.Multiply()([x, layers.Reshape((1, 1, channels))(gate)])
