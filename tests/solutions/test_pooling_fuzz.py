"""The pooling layers of assignment 4 give what TensorFlow, Keras and PyTorch give.

A thousand random layers: rectangular pictures, batches and channels of one, windows of
1 to 5, strides up to 4, valid and same, ints and pairs, numbers with and without ties.
"""

from dataclasses import dataclass

import keras
import numpy as np
import pytest
import tensorflow as tf
import torch
import torch.nn.functional as F

from tests.solutions.functions import functions

LAYERS = 1000


@dataclass
class Layer:
    """A random pooling layer and a batch for it."""

    x: np.ndarray  # (n, H, W, C)
    pool_size: int | tuple[int, int]
    stride: int | tuple[int, int] | None
    padding: str
    seed: int

    @property
    def size(self):
        return pair(self.pool_size)

    @property
    def step(self):
        return self.size if self.stride is None else pair(self.stride)

    def __str__(self):
        settings = f"{self.pool_size}, {self.stride}, {self.padding!r}"
        return f"x of {self.x.shape}, {settings} (seed {self.seed})"


def pair(value):
    return (value, value) if isinstance(value, int) else value


def random_layer(seed, paddings=("valid", "same")):
    rng = np.random.default_rng(seed)

    def one_or_two(low, high):
        """Draw a number for both directions, or one for each."""
        numbers = tuple(int(k) for k in rng.integers(low, high + 1, 2))
        return numbers[0] if rng.random() < 0.4 else numbers

    padding = str(rng.choice(paddings))
    pool_size = one_or_two(1, 5)
    stride = None if rng.random() < 0.2 else one_or_two(1, 4)
    fits = pair(pool_size) if padding == "valid" else (1, 1)
    height, width = (int(rng.integers(least, 14)) for least in fits)
    n, channels = (int(k) for k in rng.choice([1, 1, 2, 3], 2))
    x = rng.normal(-0.5, 1, (n, height, width, channels))
    if rng.random() < 0.5:
        x = np.round(x)  # many ties
    return Layer(x.astype("float32"), pool_size, stride, padding, seed)


def layers(**kwargs):
    for seed in range(LAYERS):
        yield random_layer(seed, **kwargs)


def nchw(x):
    return torch.from_numpy(np.ascontiguousarray(x.transpose(0, 3, 1, 2)))


def nhwc(x):
    return x.numpy().transpose(0, 2, 3, 1)


def rim(layer):
    """Give what PyTorch's pad takes to stick out as padding same does in TensorFlow."""
    if layer.padding == "valid":
        return (0, 0, 0, 0)
    total = [
        max(s * int(np.ceil(n / s)) - n + f - s, 0)
        for n, f, s in zip(layer.x.shape[1:3], layer.size, layer.step, strict=True)
    ]
    (top, bottom), (left, right) = ((t // 2, t - t // 2) for t in total)
    return (left, right, top, bottom)


def torch_max(layer):
    x = F.pad(nchw(layer.x), rim(layer), value=-torch.inf)
    return nhwc(F.max_pool2d(x, layer.size, layer.step))


def torch_average(layer):
    x = nchw(layer.x)
    sums, counts = (
        F.avg_pool2d(F.pad(y, rim(layer)), layer.size, layer.step, divisor_override=1)
        for y in (x, torch.ones_like(x))
    )
    return nhwc(sums / counts)


def close(got, expected, what):
    np.testing.assert_allclose(got, expected, rtol=1e-5, atol=1e-6, err_msg=what)


@pytest.fixture(scope="module")
def solved():
    return functions("04-pooling")


@pytest.mark.parametrize(
    ("name", "in_tensorflow", "in_keras", "in_torch"),
    [
        ("max_pool2d", tf.nn.max_pool2d, keras.layers.MaxPooling2D, torch_max),
        (
            "average_pool2d",
            tf.nn.avg_pool2d,
            keras.layers.AveragePooling2D,
            torch_average,
        ),
    ],
    ids=["max", "average"],
)
def test_pooling_gives_what_the_frameworks_give(
    solved, name, in_tensorflow, in_keras, in_torch
):
    pool = getattr(solved, name)
    for layer in layers():
        got = pool(layer.x, layer.pool_size, layer.stride, layer.padding)
        what = f"{name}: {layer}"
        expected = in_tensorflow(layer.x, layer.size, layer.step, layer.padding.upper())
        close(got, expected.numpy(), f"{what} in TensorFlow")
        built = in_keras(layer.pool_size, layer.stride, layer.padding)
        close(got, built(layer.x).numpy(), f"{what} in Keras")
        close(got, in_torch(layer), f"{what} in PyTorch")


def test_global_pooling_gives_what_the_frameworks_give(solved):
    in_keras = keras.layers.GlobalAveragePooling2D()
    for layer in layers():
        got, what = solved.global_average_pool2d(layer.x), str(layer)
        close(got, tf.reduce_mean(layer.x, axis=[1, 2]).numpy(), what)
        close(got, in_keras(layer.x).numpy(), what)
        close(got, F.adaptive_avg_pool2d(nchw(layer.x), 1).flatten(1).numpy(), what)


def test_the_gradient_is_that_of_autograd_in_both_frameworks(solved):
    for layer in layers(paddings=["valid"]):
        x = nchw(layer.x).requires_grad_()
        pooled = F.max_pool2d(x, layer.size, layer.step)
        shape = np.array(pooled.shape)[[0, 2, 3, 1]]
        dout = np.random.default_rng(layer.seed).normal(size=shape).astype("float32")
        pooled.backward(nchw(dout))
        got = solved.max_pool2d_backward(dout, layer.x, layer.pool_size, layer.stride)
        close(got, nhwc(x.grad), f"{layer} in PyTorch")

        with tf.GradientTape() as tape:
            x = tf.Variable(layer.x)
            pooled = tf.nn.max_pool2d(x, layer.size, layer.step, "VALID")
        expected = tape.gradient(pooled, x, output_gradients=dout)
        close(got, expected.numpy(), f"{layer} in TensorFlow")


def test_the_layers_are_as_varied_as_they_claim():
    drawn = list(layers())
    for axis, ones in [(0, "pictures"), (3, "channels")]:
        assert sum(layer.x.shape[axis] == 1 for layer in drawn) > 300, ones
    assert {p for layer in drawn for p in layer.size} == set(range(1, 6))
    assert {s for layer in drawn if layer.stride for s in layer.step} == set(
        range(1, 5)
    )
    for padding in ("valid", "same"):
        of_kind = [layer for layer in drawn if layer.padding == padding]
        assert len(of_kind) > 400
        assert sum(layer.stride is None for layer in of_kind) > 50
        assert sum(layer.x.shape[1] != layer.x.shape[2] for layer in of_kind) > 300
        assert sum(layer.size[0] != layer.size[1] for layer in of_kind) > 150
        overlap = [np.less(layer.step, layer.size).all() for layer in of_kind]
        assert sum(overlap) > 50
