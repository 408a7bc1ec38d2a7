"""The gates are added.

fails: test-excite-output, test-excite-fresh
says: the gates are added: multiply
"""


# %% squeeze-excite
def squeeze_excite(x, ratio=16):
    channels = x.shape[-1]
    gate = layers.GlobalAveragePooling2D()(x)
    gate = layers.Dense(max(1, channels // ratio), activation="relu")(gate)
    gate = layers.Dense(channels, activation="sigmoid")(gate)
    return layers.Add()([x, layers.Reshape((1, 1, channels))(gate)])
