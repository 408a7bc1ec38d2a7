"""The network gives scores.

fails: test-network-limit, test-network-accuracy
says: no probabilities
"""


# %% build-network
def build_network():
    x = start = keras.Input((28, 28, 1))
    for filters, size, stride in [(16, 5, 2), (24, 3, 2), (48, 3, 2)]:
        x = layers.Conv2D(filters, size, stride, padding="same", use_bias=False)(x)
        x = layers.ReLU()(layers.BatchNormalization(momentum=0.9)(x))
    x = layers.Flatten()(x)
    return keras.Model(start, layers.Dense(10)(x))
