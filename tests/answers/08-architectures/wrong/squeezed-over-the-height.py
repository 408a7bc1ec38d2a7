"""The mean goes over the height alone.

fails: test-excite-output, test-excite-fresh
says: over the height alone
"""


# %% squeeze-excite
def squeeze_excite(x, ratio=16):
    channels = x.shape[-1]
    gate = keras.ops.mean(x, axis=1, keepdims=True)
    gate = layers.Dense(max(1, channels // ratio), activation="relu")(gate)
    gate = layers.Dense(channels, activation="sigmoid")(gate)
    return layers.Multiply()([x, gate])
