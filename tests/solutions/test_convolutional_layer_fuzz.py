"""The layer of assignment 3 gives what TensorFlow, Keras and PyTorch give, both ways.

A thousand random layers in double precision: filters of 1 to 6 in each direction, odd and
even; strides up to 4; rectangular pictures; batches, channels and filters of one; padding
"valid", "same" and a number.
"""

from dataclasses import dataclass

import keras
import numpy as np
import pytest
import tensorflow as tf
import torch
import torch.nn.functional as F
from torch.utils.flop_counter import FlopCounterMode

from tests.solutions.functions import functions

LAYERS, BLOCKS = 1000, 10
close = dict(rtol=1e-5, atol=1e-9)


@dataclass
class Layer:
    """A random layer, a batch for it, and a gradient that comes back to it."""

    x: np.ndarray  # (n, height, width, channels)
    w: np.ndarray  # (fh, fw, channels, filters)
    b: np.ndarray  # (filters,)
    stride: int | tuple[int, int]
    padding: str | int
    rng: np.random.Generator

    @property
    def steps(self):
        return (self.stride,) * 2 if isinstance(self.stride, int) else self.stride

    @property
    def zeros(self):
        """((top, bottom), (left, right)) as TensorFlow documents them."""
        if self.padding != "same":
            return ((0 if self.padding == "valid" else self.padding,) * 2,) * 2
        totals = (
            max(f - s if n % s == 0 else f - n % s, 0)
            for n, f, s in zip(
                self.x.shape[1:3], self.w.shape, self.steps, strict=False
            )
        )
        return tuple((total // 2, total - total // 2) for total in totals)

    def __str__(self):
        settings = f"stride {self.stride}, padding {self.padding!r}"
        return f"x of {self.x.shape}, w of {self.w.shape}, {settings}"


def random_layer(seed):
    rng = np.random.default_rng([3, seed])
    fh, fw = (int(f) for f in rng.integers(1, 7, 2))
    padding = ("valid", "same", int(rng.integers(0, 4)))[rng.integers(3)]
    border = 0 if padding == "valid" else fh + fw if padding == "same" else 2 * padding
    height, width = (int(rng.integers(max(f - border, 1), 13)) for f in (fh, fw))
    n, channels, filters = (int(v) for v in rng.choice([1, 1, 2, 3, 4], 3))
    steps = tuple(int(s) for s in rng.integers(1, 5, 2))
    return Layer(
        rng.normal(size=(n, height, width, channels)),
        rng.normal(size=(fh, fw, channels, filters)),
        rng.normal(size=filters),
        steps[0] if rng.random() < 0.5 else steps,
        padding,
        rng,
    )


def block(number):
    """Give every tenth layer, beginning with layer `number`."""
    return map(random_layer, range(number, LAYERS, BLOCKS))


@pytest.fixture(scope="module")
def ours():
    return functions("03-convolutional-layer")


def by_torch(layer, x=None, w=None, b=None):
    """Run the layer in PyTorch, NCHW inside, on tensors if there are any."""
    x, w, b = (
        torch.tensor(own) if given is None else given
        for own, given in zip((layer.x, layer.w, layer.b), (x, w, b), strict=True)
    )
    padded = F.pad(x.permute(0, 3, 1, 2), (*layer.zeros[1], *layer.zeros[0]))
    w = w.permute(3, 2, 0, 1).contiguous()
    z = F.conv2d(padded.contiguous(), w, b, stride=layer.steps)
    return z.permute(0, 2, 3, 1)


def by_tensorflow(layer, x, w, b):
    padding = layer.padding
    if not isinstance(padding, str):
        padding = [(0, 0), *layer.zeros, (0, 0)]
    else:
        padding = padding.upper()
    return tf.nn.conv2d(x, w, layer.steps, padding) + b


def by_keras(layer):
    x, padding = layer.x, layer.padding
    if not isinstance(padding, str):
        x, padding = np.pad(x, ((0, 0), *layer.zeros, (0, 0))), "valid"
    fh, fw, _, filters = layer.w.shape
    conv = keras.layers.Conv2D(filters, (fh, fw), layer.steps, padding, dtype="float64")
    conv.build(x.shape)
    conv.set_weights([layer.w, layer.b])
    return keras.ops.convert_to_numpy(conv(x))


@pytest.mark.parametrize("number", range(BLOCKS))
def test_both_layers_agree_with_three_frameworks(ours, number):
    for layer in block(number):
        arguments = (layer.x, layer.w, layer.b, layer.stride, layer.padding)
        tensorflow = by_tensorflow(layer, *arguments[:3]).numpy()
        for name, expected in [
            ("TensorFlow", tensorflow),
            ("Keras", by_keras(layer)),
            ("PyTorch", by_torch(layer).numpy()),
        ]:
            message = f"{name}: {layer}"
            for function in (ours.conv2d, ours.conv2d_fast):
                got = function(*arguments)
                np.testing.assert_allclose(got, expected, err_msg=message, **close)


@pytest.mark.parametrize("number", range(BLOCKS))
def test_the_backward_pass_agrees_with_autograd_of_two_frameworks(ours, number):
    for layer in block(number):
        tensors = [
            torch.tensor(a, requires_grad=True) for a in (layer.x, layer.w, layer.b)
        ]
        z = by_torch(layer, *tensors)
        dout = layer.rng.normal(size=tuple(z.shape))
        z.backward(torch.tensor(dout))

        variables = [tf.Variable(a) for a in (layer.x, layer.w, layer.b)]
        with tf.GradientTape() as tape:
            z = by_tensorflow(layer, *variables)
        gradients = tape.gradient(z, variables, output_gradients=tf.constant(dout))

        got = ours.conv2d_backward(dout, layer.x, layer.w, layer.stride, layer.padding)
        for name, ours_, torchs, tensorflows in zip(
            ("dx", "dw", "db"), got, tensors, gradients, strict=True
        ):
            for expected in (torchs.grad.numpy(), tensorflows.numpy()):
                message = f"{name}: {layer}"
                np.testing.assert_allclose(ours_, expected, err_msg=message, **close)


@pytest.mark.parametrize("number", range(BLOCKS))
def test_im2col_holds_what_pytorch_unfolds(ours, number):
    for layer in block(number):
        fh, fw, channels, _ = layer.w.shape
        padded = np.pad(layer.x, ((0, 0), *layer.zeros, (0, 0))).transpose(0, 3, 1, 2)
        columns = F.unfold(torch.tensor(padded), (fh, fw), stride=layer.steps).numpy()
        got = ours.im2col(layer.x, fh, fw, layer.stride, layer.padding)
        n, places = len(layer.x), got.shape[1] * got.shape[2]
        expected = columns.reshape(n, channels, fh, fw, places).transpose(0, 4, 2, 3, 1)
        np.testing.assert_array_equal(got, expected.reshape(got.shape), str(layer))


def test_the_counts_are_those_of_keras_and_pytorch(ours):
    for layer in (*block(0), *block(1), *block(2)):
        fh, fw, channels, filters = layer.w.shape
        bias = bool(layer.rng.random() < 0.5)
        conv = torch.nn.Conv2d(channels, filters, (fh, fw), bias=bias)
        expected = sum(p.numel() for p in conv.parameters())
        assert ours.count_parameters((fh, fw), channels, filters, bias) == expected

        with FlopCounterMode(display=False) as counter:
            by_torch(layer)
        got = ours.multiply_adds(
            layer.x.shape[1:], (fh, fw), filters, layer.stride, layer.padding
        )
        assert 2 * len(layer.x) * got == counter.get_total_flops(), layer


def test_keras_counts_the_same_parameters(ours):
    for size, channels, filters, bias in [(5, 3, 1, True), ((3, 2), 4, 6, False)]:
        conv = keras.layers.Conv2D(filters, size, use_bias=bias)
        conv.build((None, 9, 9, channels))
        got = ours.count_parameters(size, channels, filters, bias)
        assert got == conv.count_params()


def test_single_precision_stays_single(ours):
    layer = random_layer(0)
    x, w, b = (a.astype(np.float32) for a in (layer.x, layer.w, layer.b))
    z = ours.conv2d_fast(x, w, b, layer.stride, layer.padding)
    assert z.dtype == np.float32
    gradients = ours.conv2d_backward(z, x, w, layer.stride, layer.padding)
    assert [g.dtype for g in gradients] == [np.float32] * 3


def test_the_layers_are_as_varied_as_they_claim():
    drawn = [random_layer(seed) for seed in range(LAYERS)]
    for sizes in (
        [layer.x.shape for layer in drawn],
        [layer.w.shape for layer in drawn],
    ):
        for axis in (0, 3):  # pictures and channels; rows of the filter and filters
            assert sum(size[axis] == 1 for size in sizes) > 100
    assert {f for layer in drawn for f in layer.w.shape[:2]} == set(range(1, 7))
    assert {s for layer in drawn for s in layer.steps} == {1, 2, 3, 4}
    for padding in ("valid", "same", 1, 2, 3):
        of_kind = [layer for layer in drawn if layer.padding == padding]
        assert len(of_kind) > 50
        assert sum(layer.x.shape[1] != layer.x.shape[2] for layer in of_kind) > 40
        assert sum(layer.w.shape[0] != layer.w.shape[1] for layer in of_kind) > 40
        assert sum(layer.steps[0] != layer.steps[1] for layer in of_kind) > 20
