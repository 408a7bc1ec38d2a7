"""The mean goes over the channels.

fails: test-excite-output, test-excite-fresh
says: arrays hold|stops
"""


# %% squeeze-excite
def squeeze_excite(x, ratio=16):
    channels = x.shape[-1]
    gate = layers.Flatten()(keras.ops.mean(x, axis=-1))
    gate = layers.Dense(max(1, channels // ratio), activation="relu")(gate)
    gate = layers.Dense(channels, activation="sigmoid")(gate)
    return layers.Multiply()([x, layers.Reshape((1, 1, channels))(gate)])
