"""A small network that knows clothes, to stand on in assignment 9.

`load()` gives its convolutional part in Keras, with weights: it was trained on all 60,000
pictures of Fashion-MNIST, each in a random colour, by `benchmarks/transfer.py base`. Its
weights ship in half precision (190 kB).
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import keras

WEIGHTS = Path(__file__).with_name("samples") / "fashion_base.npz"
FILTERS = (32, 64, 128)


def build() -> keras.Model:
    """Build the network with weights drawn at random.

    Returns:
        A Keras model of three blocks, each `conv_k`, `norm_k`, `relu_k`, the first two
        with `pool_k` behind. It takes pictures (n, 28, 28, 3), channels in the order
        blue, green, red, values from −1 to 1, and gives maps (n, 7, 7, 128).

    """
    import keras
    from keras import layers

    x = inputs = keras.Input((28, 28, 3))
    for k, filters in enumerate(FILTERS, 1):
        x = layers.Conv2D(filters, 3, padding="same", use_bias=False, name=f"conv_{k}")(
            x
        )
        x = layers.BatchNormalization(momentum=0.9, name=f"norm_{k}")(x)
        x = layers.ReLU(name=f"relu_{k}")(x)
        if k < len(FILTERS):
            x = layers.MaxPooling2D(2, name=f"pool_{k}")(x)
    return keras.Model(inputs, x, name="fashion_base")


def load() -> keras.Model:
    """Give the network as it was trained on Fashion-MNIST."""
    base = build()
    with np.load(WEIGHTS, allow_pickle=False) as file:
        arrays = [file[f"w{k}"] for k in range(len(file.files) - 1)]
    base.set_weights([array.astype("float32") for array in arrays])
    return base


def old_head() -> tuple[np.ndarray, np.ndarray]:
    """Give the dense layer that named the clothes, behind global average pooling.

    Returns:
        Its kernel (128, 10) and its bias (10,), float32.

    """
    with np.load(WEIGHTS, allow_pickle=False) as file:
        head = file["head"].astype("float32")
    return head[:-1], head[-1]


def tint(pictures: np.ndarray, seed: int) -> np.ndarray:
    """Give grey pictures a random colour each.

    Args:
        pictures: uint8 (n, H, W), from 0 (black) to 255.
        seed: draws the colours, each channel between 40% and 100%.

    Returns:
        uint8 (n, H, W, 3), RGB; what is black stays black.

    """
    colours = np.random.default_rng(seed).uniform(0.4, 1, (len(pictures), 1, 1, 3))
    return np.rint(pictures[..., np.newaxis] * colours).astype(np.uint8)
