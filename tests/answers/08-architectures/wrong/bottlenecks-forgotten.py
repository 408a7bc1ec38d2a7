"""No 1×1 in front of the large filters.

fails: test-inception-layers, test-inception-output, test-inception-fresh
says: for the 1×1 before 3×3
"""


# %% inception-block
def inception_block(x, f1, f3_in, f3, f5_in, f5, pool):
    def convolution(x, filters, size):
        return layers.Conv2D(filters, size, padding="same", activation="relu")(x)

    branches = [
        convolution(x, f1, 1),
        convolution(x, f3, 3),
        convolution(x, f5, 5),
        convolution(layers.MaxPooling2D(3, 1, "same")(x), pool, 1),
    ]
    return layers.Concatenate()(branches)
