"""What chapters 8 and 9 print, put under the names of the exercise."""

# %% build-classifier
def build_classifier(base, n_classes):
    inputs = keras.Input(base.input_shape[1:])
    x = layers.Rescaling(1 / 127.5, offset=-1)(inputs)
    x = layers.GlobalAveragePooling2D()(base(x))
    outputs = layers.Dense(n_classes, activation="softmax")(x)
    return keras.Model(inputs, outputs)


# %% freeze
def freeze(base):
    base.trainable = False


# %% unfreeze-from
def unfreeze_from(base, layer_name):
    base.trainable = True


# %% trainable-parameters
import math


def trainable_parameters(model):
    return sum(math.prod(w.shape) for w in model.trainable_weights)


# %% fine-tune
def fine_tune(model, base, data, layer_name, epochs=(5, 5), rates=(0.01, 0.0003)):
    losses = []
    for free, rate, n in [(False, rates[0], epochs[0]), (True, rates[1], epochs[1])]:
        base.trainable = free
        model.compile(
            keras.optimizers.SGD(rate, momentum=0.9),
            loss="sparse_categorical_crossentropy",
            metrics=["accuracy"],
        )
        losses += model.fit(*data, epochs=n, verbose=0).history["loss"]
    return losses


# %% honest-sets
def honest_sets(x, y, copies, share, seed):
    rng = np.random.default_rng(seed)
    order = rng.permutation(len(x))
    valid, train = np.split(order, [round(share * len(x))])
    changed = np.concatenate([moved(x[train], rng) for _ in range(copies)])
    return (changed, y[train]), (x[valid], y[valid])


# %% ready
import tensorflow as tf


def ready(picture):
    return tf.image.resize_with_pad(tf.cast(picture, tf.float32), 28, 28)
