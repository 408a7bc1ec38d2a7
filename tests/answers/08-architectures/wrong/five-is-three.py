"""The third branch has filters of 3×3.

fails: test-inception-layers, test-inception-output, test-inception-fresh
says: for the 5×5
"""


# %% inception-block
def inception_block(x, f1, f3_in, f3, f5_in, f5, pool):
    def convolution(x, filters, size):
        return layers.Conv2D(filters, size, padding="same", activation="relu")(x)

    branches = [
        convolution(x, f1, 1),
        convolution(convolution(x, f3_in, 1), f3, 3),
        convolution(convolution(x, f5_in, 1), f5, 3),
        convolution(layers.MaxPooling2D(3, 1, "same")(x), pool, 1),
    ]
    return layers.Concatenate()(branches)
