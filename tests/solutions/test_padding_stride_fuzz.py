"""Assignment 2's solution agrees with TensorFlow and PyTorch on many random shapes."""

import numpy as np
import pytest

from tests.solutions.functions import functions

CASES = 1000
TOLERANCE = {"rtol": 1e-5, "atol": 1e-9}  # everything is computed in float64


@pytest.fixture(scope="module")
def solved():
    return functions("02-padding-stride")


def cases(padding, count, seed):
    """Random images, kernels and strides that have an output under this padding."""
    rng = np.random.default_rng(seed)
    while count:
        shape = rng.integers(1, 16, 2)
        kernel_shape = rng.integers(1, 8, 2)
        stride = tuple(int(s) for s in rng.integers(1, 5, 2))
        amount = int(rng.integers(0, 4)) if padding == "int" else padding
        room = shape + 2 * amount if padding == "int" else shape
        if padding != "same" and (kernel_shape > room).any():
            continue
        count -= 1
        yield rng.normal(size=shape), rng.normal(size=kernel_shape), stride, amount


def by_tensorflow(image, kernel, stride, padding):
    import tensorflow as tf

    if isinstance(padding, int):
        padding = [[0, 0], [padding, padding], [padding, padding], [0, 0]]
    else:
        padding = padding.upper()
    x, w = image[None, :, :, None], kernel[:, :, None, None]
    return tf.nn.conv2d(x, w, [1, *stride, 1], padding).numpy()[0, :, :, 0]


def by_torch(image, kernel, stride, padding):
    import torch

    x, w = torch.tensor(image)[None, None], torch.tensor(kernel)[None, None]
    return torch.nn.functional.conv2d(x, w, None, stride, padding)[0, 0].numpy()


@pytest.mark.parametrize("padding", ["valid", "same", "int"])
def test_correlate2d_is_tensorflows(solved, padding):
    for image, kernel, stride, amount in cases(padding, CASES, seed=2):
        ours = solved.correlate2d(image, kernel, stride, amount)
        theirs = by_tensorflow(image, kernel, stride, amount)
        np.testing.assert_allclose(ours, theirs, **TOLERANCE)


# PyTorch has "same" for a stride of 1 alone, and says that it copies even kernels' images.
@pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel")
@pytest.mark.parametrize("padding", ["valid", "same", "int"])
def test_correlate2d_is_pytorchs(solved, padding):
    for image, kernel, stride, amount in cases(padding, CASES, seed=3):
        if padding == "same":
            stride = (1, 1)
        ours = solved.correlate2d(image, kernel, stride, amount)
        theirs = by_torch(image, kernel, stride, amount)
        np.testing.assert_allclose(ours, theirs, **TOLERANCE)


def test_same_padding_followed_by_valid_is_tensorflows_same(solved):
    for image, kernel, stride, _ in cases("same", CASES, seed=4):
        sides = [
            solved.same_padding(n, f, s)
            for n, f, s in zip(image.shape, kernel.shape, stride, strict=True)
        ]
        assert min(side for pair in sides for side in pair) >= 0
        padded = solved.pad2d(image, *zip(*sides, strict=True))
        ours = by_torch(padded, kernel, stride, 0)
        theirs = by_tensorflow(image, kernel, stride, "same")
        np.testing.assert_allclose(ours, theirs, **TOLERANCE)


def test_output_size_is_the_shape_that_pytorch_gives(solved):
    for image, kernel, stride, amount in cases("int", CASES, seed=5):
        theirs = by_torch(image, kernel, stride, amount).shape
        for axis in range(2):
            n, f, s = image.shape[axis], kernel.shape[axis], stride[axis]
            assert solved.output_size(n, f, amount, s) == theirs[axis]


def test_output_size_refuses_what_pytorch_refuses(solved):
    rng = np.random.default_rng(6)
    for n, excess, p, s in rng.integers([1, 1, 0, 1], [9, 5, 4, 5], size=(100, 4)):
        f = n + 2 * p + excess
        with pytest.raises(
            RuntimeError, match="can't be greater than actual input size"
        ):
            by_torch(np.ones((n, 1)), np.ones((f, 1)), (s, 1), (int(p), 0))
        with pytest.raises(ValueError, match="does not fit"):
            solved.output_size(n, f, p, s)


def test_receptive_window_is_where_the_gradient_lands(solved):
    import torch

    rng = np.random.default_rng(7)
    for image, kernel, stride, _ in cases("valid", 200, seed=7):
        x = torch.tensor(image)[None, None].requires_grad_()
        w = torch.ones(1, 1, *kernel.shape, dtype=torch.float64)
        out = torch.nn.functional.conv2d(x, w, stride=stride)[0, 0]
        i, j = (int(rng.integers(size)) for size in out.shape)
        out[i, j].backward()
        rows, columns = np.nonzero(x.grad[0, 0].numpy())
        expected = ((rows.min(), rows.max()), (columns.min(), columns.max()))
        assert solved.receptive_window(i, j, kernel.shape, stride) == expected


def test_receptive_field_is_as_wide_as_the_gradient(solved):
    import torch

    rng = np.random.default_rng(8)
    for depth in rng.integers(1, 6, 100):
        layers = rng.integers([1, 1], [6, 4], size=(depth, 2)).tolist()
        x = torch.zeros(1, 1, 1500, dtype=torch.float64, requires_grad=True)
        out = x
        for f, s in layers:
            w = torch.ones(1, 1, f, dtype=torch.float64)
            out = torch.nn.functional.conv1d(out, w, stride=s)
        out[0, 0, 0].backward()
        (reached,) = np.nonzero(x.grad[0, 0].numpy())
        expected = reached.max() - reached.min() + 1
        assert solved.receptive_field([tuple(layer) for layer in layers]) == expected
