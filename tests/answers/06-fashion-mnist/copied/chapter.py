"""What chapter 6 prints, put under the names of the exercise."""

# %% standardise
def standardised(x, reference):
    std = reference.std(axis=0)
    return (x - reference.mean(axis=0)) / np.where(std > 0, std, 1)


def standardise(train, *others):
    return tuple(standardised(x, train).astype("float32") for x in (train, *others))


# %% build-model
from functools import partial


def build_model(dropout=0.5):
    conv3 = partial(layers.Conv2D, kernel_size=3, padding="same", activation="relu")
    dense = partial(layers.Dense, activation="relu")
    return keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            conv3(filters=64, kernel_size=7, name="conv1"),
            layers.MaxPooling2D(2, name="pool1"),
            conv3(filters=128, name="conv2"),
            conv3(filters=128, name="conv3"),
            layers.MaxPooling2D(2, name="pool2"),
            conv3(filters=256, name="conv4"),
            conv3(filters=256, name="conv5"),
            layers.MaxPooling2D(2, name="pool3"),
            layers.Flatten(name="flatten"),
            dense(128, name="dense1"),
            layers.Dropout(dropout, name="dropout1"),
            dense(64, name="dense2"),
            layers.Dropout(dropout, name="dropout2"),
            dense(10, activation="softmax", name="dense3"),
        ]
    )


# %% batch-norm-backward
def batch_norm_backward(dout, x, gamma, eps=1e-3):
    centre, variance = x.mean(axis=(0, 1, 2)), x.var(axis=(0, 1, 2))
    return (x - centre) / np.sqrt(variance + eps)


# %% small-model
def build_small_model(filters=(24, 48, 96)):
    model = keras.Sequential([keras.Input((28, 28, 1))])
    for count in filters:
        model.add(layers.Conv2D(count, 3, padding="same", use_bias=False))
        model.add(layers.MaxPooling2D(2))
        model.add(layers.BatchNormalization(momentum=0.9, epsilon=1e-5))
        model.add(layers.ReLU())
    model.add(layers.Flatten())
    model.add(layers.Dense(10, activation="softmax"))
    return model


# %% train
import math


def train(model, x, y, epochs=10, batch_size=128, peak=4e-3, smoothing=0.1):
    steps = epochs * math.ceil(len(x) / batch_size)
    rising = int(0.3 * steps)
    rate = keras.optimizers.schedules.CosineDecay(
        peak / 25, steps - rising, warmup_target=peak, warmup_steps=rising
    )
    model.compile(
        keras.optimizers.AdamW(rate, weight_decay=0.01),
        keras.losses.CategoricalCrossentropy(label_smoothing=smoothing),
        metrics=["accuracy"],
    )
    y = keras.utils.to_categorical(y, 10)
    model.fit(x, y, batch_size=batch_size, epochs=epochs, verbose=0)


# %% accuracy-top-k
def accuracy_top_k(probabilities, labels, k):
    return (probabilities.argmax(axis=1) == labels).mean()
