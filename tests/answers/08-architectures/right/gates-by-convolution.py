"""1×1 convolutions on the means; a loop that counts."""


# %% squeeze-excite
def squeeze_excite(x, ratio=16):
    channels = x.shape[-1]
    units = channels // ratio or 1
    gate = keras.ops.mean(x, axis=(1, 2), keepdims=True)
    gate = layers.Conv2D(units, 1, activation="relu")(gate)
    gate = layers.Conv2D(channels, 1)(gate)
    return x * keras.ops.sigmoid(gate)


# %% separable-parameters
def separable_parameters(kernel_size, in_channels, filters):
    if isinstance(kernel_size, int):
        kernel_size = kernel_size, kernel_size
    total = filters
    for _ in range(in_channels):
        total += kernel_size[0] * kernel_size[1] + filters
    return total
