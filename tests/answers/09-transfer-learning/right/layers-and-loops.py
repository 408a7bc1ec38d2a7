"""Layers for the preparation, a flag in a loop, batches by hand."""


# %% build-classifier
def build_classifier(base, n_classes):
    inputs = keras.Input(base.input_shape[1:])
    x = keras.ops.flip(inputs, axis=-1)
    x = layers.Rescaling(1 / 127.5, offset=-1)(x)
    x = keras.ops.mean(base(x), axis=(1, 2))
    outputs = layers.Softmax()(layers.Dense(n_classes)(x))
    return keras.Model(inputs, outputs)


# %% freeze
def freeze(base):
    base.trainable = False
    for layer in base.layers:
        layer.trainable = False


# %% unfreeze-from
def unfreeze_from(base, layer_name):
    first = base.get_layer(layer_name)
    base.trainable = True
    free = False
    for layer in base.layers:
        free = free or layer is first
        layer.trainable = free
        if type(layer).__name__ == "BatchNormalization":
            layer.trainable = False


# %% trainable-parameters
def trainable_parameters(model):
    total = 0
    for weight in model.trainable_weights:
        total += keras.ops.size(weight)
    return int(total)


# %% honest-sets
def honest_sets(x, y, copies, share, seed):
    rng = np.random.default_rng(seed)
    valid = rng.choice(len(x), round(share * len(x)), replace=False)
    train = np.setdiff1d(np.arange(len(x)), valid)
    many = np.repeat(train, copies)
    return (moved(x[many], rng), y[many]), (x[valid], y[valid])


# %% ready
def ready(picture):
    height, width, _ = picture.shape
    block = min(height, width) // 28
    top, left = (height - 28 * block) // 2, (width - 28 * block) // 2
    small = np.zeros((28, 28, 3))
    for i in range(block):
        for j in range(block):
            rows = slice(top + i, top + 28 * block, block)
            columns = slice(left + j, left + 28 * block, block)
            small += picture[rows, columns]
    small /= block**2
    return np.round(255 - small if small.mean() > 127 else small).astype(np.uint8)
