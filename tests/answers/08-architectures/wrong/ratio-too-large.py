"""With few channels there is no unit left.

fails: test-excite-output, test-excite-fresh
says: at least one unit|at least 1
"""


# %% squeeze-excite
def squeeze_excite(x, ratio=16):
    channels = x.shape[-1]
    gate = layers.GlobalAveragePooling2D()(x)
    gate = layers.Dense(channels // ratio, activation="relu")(gate)
    gate = layers.Dense(channels, activation="sigmoid")(gate)
    return layers.Multiply()([x, layers.Reshape((1, 1, channels))(gate)])
