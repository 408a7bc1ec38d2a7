"""Time the layer of assignment 3 against PyTorch and Keras, forwards and backwards.

Everything runs on one thread, in single precision, on the same numbers, which are
compared first. One round times each candidate once; what counts is the best of all
rounds, and what is printed are ratios to PyTorch's time in the same run.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf
import torch
from threadpoolctl import threadpool_limits

sys.path.insert(0, str(Path(__file__).parents[1]))
from tests.solutions.functions import functions

LAYERS = [
    ("assignment 3", (8, 32, 32, 16), (3, 3, 16, 32)),
    ("lecture 5, conv2d_1", (64, 26, 26, 32), (3, 3, 32, 32)),
    ("ResNet's first stage", (8, 56, 56, 64), (3, 3, 64, 64)),
]
Calls = dict[str, Callable[[], object]]


def candidates(
    x: np.ndarray, w: np.ndarray, b: np.ndarray, loops: bool
) -> tuple[Calls, Calls]:
    """Make the calls to time: forwards and backwards, PyTorch's first.

    Args:
        x: (n, height, width, channels) float32.
        w: (fh, fw, channels, filters) float32.
        b: (filters,) float32.
        loops: whether `conv2d`, the layer in loops, takes part.

    """
    ours = functions("03-convolutional-layer")

    tensors = [
        torch.tensor(a).contiguous().requires_grad_()
        for a in (x.transpose(0, 3, 1, 2).copy(), w.transpose(3, 2, 0, 1).copy(), b)
    ]
    torch_z = torch.nn.functional.conv2d(*tensors)
    dout = np.random.default_rng(1).normal(size=torch_z.permute(0, 2, 3, 1).shape)
    dout = dout.astype(np.float32)
    torch_dout = torch.tensor(dout.transpose(0, 3, 1, 2).copy())

    conv = keras.layers.Conv2D(w.shape[3], w.shape[:2])
    conv.build(x.shape)
    conv.set_weights([w, b])
    keras_x = tf.Variable(x)
    with tf.GradientTape(persistent=True) as tape:
        keras_z = conv(keras_x)
    variables = [keras_x, *(v.value for v in conv.weights)]

    def torch_forward() -> np.ndarray:
        with torch.no_grad():
            z = torch.nn.functional.conv2d(*tensors)
        return z.numpy().transpose(0, 2, 3, 1)

    def torch_backward() -> list[np.ndarray]:
        dx, dw, db = torch.autograd.grad(
            torch_z, tensors, torch_dout, retain_graph=True
        )
        dx, dw = dx.numpy().transpose(0, 2, 3, 1), dw.numpy().transpose(2, 3, 1, 0)
        return [dx, dw, db.numpy()]

    def keras_backward() -> list[np.ndarray]:
        gradients = tape.gradient(
            keras_z, variables, output_gradients=tf.constant(dout)
        )
        return [g.numpy() for g in gradients]

    forward: Calls = {
        "PyTorch": torch_forward,
        "Keras": lambda: conv(keras_x).numpy(),
        "conv2d_fast": lambda: ours.conv2d_fast(x, w, b),
    }
    if loops:
        forward["conv2d"] = lambda: ours.conv2d(x, w, b)
    backward: Calls = {
        "PyTorch": torch_backward,
        "Keras": keras_backward,
        "conv2d_backward": lambda: ours.conv2d_backward(dout, x, w),
    }
    return forward, backward


def agree(calls: Calls) -> None:
    """Check that all candidates give PyTorch's numbers, and warm them up.

    Raises:
        AssertionError: if one does not; the message names it.

    """
    expected = calls["PyTorch"]()
    for name, call in calls.items():
        got = call()
        pairs = zip(got, expected, strict=True)
        for g, e in pairs if isinstance(expected, list) else [(got, expected)]:
            scale = float(np.abs(e).max())
            np.testing.assert_allclose(g, e, atol=1e-4 * scale, err_msg=name)


def best_times(calls: Calls, rounds: int) -> dict[str, float]:
    """Return the shortest time in seconds of each call; loops run in one round only."""
    best = dict.fromkeys(calls, float("inf"))
    for number in range(rounds):
        for name, call in calls.items():
            if name == "conv2d" and number:
                continue
            start = time.perf_counter()
            call()
            best[name] = min(best[name], time.perf_counter() - start)
    return best


def main() -> None:
    """Print a table of ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15, help="measurements (15)")
    parser.add_argument(
        "--no-loops", action="store_true", help="leave conv2d, the slow one, out"
    )
    arguments = parser.parse_args()

    threadpool_limits(limits=1)
    torch.set_num_threads(1)
    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    rng = np.random.default_rng(0)
    print("Times as multiples of PyTorch's; one thread, float32\n")
    print(f"{'':9}{'PyTorch':>10}{'Keras':>8}{'NumPy':>8}{'loops':>8}")
    for title, x_shape, w_shape in LAYERS:
        x, w, b = (
            rng.normal(size=shape).astype(np.float32)
            for shape in (x_shape, w_shape, w_shape[3:])
        )
        print(f"{title}: {x_shape} · {w_shape}")
        passes = candidates(x, w, b, loops=not arguments.no_loops)
        for direction, calls in zip(("forward", "backward"), passes, strict=True):
            agree(calls)
            times = best_times(calls, arguments.rounds)
            unit = times.pop("PyTorch")
            ratios = "".join(f"{t / unit:8.2f}" for t in times.values())
            print(f"{direction:9}{1e3 * unit:7.2f} ms{ratios}")
    print(
        "\nNumPy is conv2d_fast and conv2d_backward of the solution, loops its conv2d."
        "\nAims on the last layer: forward at most 3, backward at most 4."
    )


if __name__ == "__main__":
    main()
