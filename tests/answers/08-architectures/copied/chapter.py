"""What chapters 3, 6 and 8 print, put under the names of the exercise."""

# %% residual-block
import torch
import torch.nn.functional as F
from torch import nn


class Block(nn.Module):
    def __init__(self, channels, skip, norm=nn.BatchNorm2d):
        super().__init__()
        self.skip = skip
        self.change = nn.Sequential(
            nn.Conv2d(channels, channels, 3, padding=1), norm(channels),
            nn.ReLU(),
            nn.Conv2d(channels, channels, 3, padding=1), norm(channels),
        )  # fmt: skip

    def forward(self, x):
        change = self.change(x)
        return F.relu(x + change if self.skip else change)


def residual_block(x, filters, stride=1):
    return Block(filters, skip=True)(x)


# %% inception-block
def conv_norm(inputs, outputs, size=3, stride=1):
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, size, stride, padding=size // 2, bias=False),
        nn.BatchNorm2d(outputs),
        nn.ReLU(),
    )


class Parallel(nn.Module):
    def __init__(self, inputs, ones, threes, fives):
        super().__init__()
        (narrow3, wide3), (narrow5, wide5) = threes, fives
        self.one = conv_norm(inputs, ones, 1)
        self.three = nn.Sequential(
            conv_norm(inputs, narrow3, 1), conv_norm(narrow3, wide3, 3)
        )
        self.five = nn.Sequential(
            conv_norm(inputs, narrow5, 1), conv_norm(narrow5, wide5, 5)
        )

    def forward(self, x):
        return torch.cat([self.one(x), self.three(x), self.five(x)], dim=1)


def inception_block(x, f1, f3_in, f3, f5_in, f5, pool):
    return Parallel(x.shape[-1], f1, (f3_in, f3), (f5_in, f5))(x)


# %% squeeze-excite
class ChannelGate(nn.Module):
    def __init__(self, channels, ratio):
        super().__init__()
        self.gate = nn.Sequential(
            nn.AdaptiveAvgPool2d(1),
            nn.Conv2d(channels, channels // ratio, 1), nn.ReLU(),
            nn.Conv2d(channels // ratio, channels, 1), nn.Sigmoid(),
        )  # fmt: skip

    def forward(self, x):
        return x * self.gate(x)


def squeeze_excite(x, ratio=16):
    return ChannelGate(x.shape[-1], ratio)(x)


# %% separable-parameters
def separable_parameters(kernel_size, in_channels, filters):
    return kernel_size * kernel_size * in_channels + in_channels * filters + filters


# %% build-network
def build_network(filters=(8, 16, 32)):
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
