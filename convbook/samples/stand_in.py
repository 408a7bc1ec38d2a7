"""Pictures drawn in place of CIFAR-10, for a machine that cannot reach it.

Ten classes, each one shape. Place, size, tilt, colours, light and background are drawn at random
and say nothing about the class, so only the shape decides.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

SIZE = 32  # pixels on each side, as in CIFAR-10


def _box(u: np.ndarray, v: np.ndarray, width: float, height: float) -> np.ndarray:
    """Return how deep (u, v) lies in a box that reaches to ±width and ±height."""
    return np.minimum(width - abs(u), height - abs(v))


def _bands(t: np.ndarray, width: float) -> np.ndarray:
    """Return how deep t lies in one of the bands of a width that lie two widths apart, one at 0."""
    return abs(t % (2 * width) - width) - width / 2


def _star(u: np.ndarray, v: np.ndarray) -> np.ndarray:
    """Return how deep (u, v) lies in a star: the ten edges are folded onto one."""
    fifth = 2 * np.pi / 5
    angle = abs((np.arctan2(u, v) + fifth / 2) % fifth - fifth / 2)
    radius, tip, notch = np.hypot(u, v), 1.05, 0.45
    along, across = radius * np.cos(angle) - tip, radius * np.sin(angle)
    edge = notch * np.cos(fifth / 2) - tip, notch * np.sin(fifth / 2)
    return (edge[0] * across - edge[1] * along) / np.hypot(*edge)


# How deep a point lies inside each shape (below 0: outside), in units of the shape's radius;
# u points to the right and v up.
SHAPES: dict[str, Callable[[np.ndarray, np.ndarray], np.ndarray]] = {
    "disc": lambda u, v: 0.85 - np.hypot(u, v),
    "ring": lambda u, v: 0.2 - abs(np.hypot(u, v) - 0.75),
    "square": lambda u, v: _box(u, v, 0.75, 0.75),
    "triangle": lambda u, v: np.minimum(0.5 + v, 0.5 - 0.866 * abs(u) - 0.5 * v),
    "star": _star,
    "cross": lambda u, v: np.maximum(_box(u, v, 0.25, 0.9), _box(u, v, 0.9, 0.25)),
    "crescent": lambda u, v: np.minimum(
        0.9 - np.hypot(u, v), np.hypot(u - 0.45, v) - 0.7
    ),
    "heart": lambda u, v: 0.75 - np.hypot(u, v + 0.2 - 0.6 * np.sqrt(abs(u))),
    "stripes": lambda u, v: np.minimum(_box(u, v, 0.9, 0.9), _bands(v, 0.36)),
    "chessboard": lambda u, v: np.minimum(
        _box(u, v, 0.9, 0.9),
        np.minimum(abs(_bands(u, 0.6)), abs(_bands(v, 0.6)))
        * np.sign(_bands(u, 0.6) * _bands(v, 0.6)),
    ),
}


def draw(n: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Draw pictures of the ten classes.

    Args:
        n: how many. Every class gets as many as any other, or one more.
        seed: the same seed gives the same pictures.

    Returns:
        Pictures, uint8 (n, 32, 32, 3), and labels, int64 (n,), which count along `SHAPES`.

    """
    rng = np.random.default_rng(seed)
    labels = rng.permutation(np.arange(n, dtype=np.int64) % len(SHAPES))

    def uniform(low: float, high: float, *shape: int) -> np.ndarray:
        return rng.uniform(low, high, (n, *shape)).astype(np.float32)

    # Where each pixel lies in the upright frame of its picture's shape.
    middle, tilt = uniform(-5, 5, 2, 1, 1), uniform(-0.4, 0.4, 1, 1)
    radius = uniform(8, 13, 1, 1)
    pixel = np.arange(SIZE, dtype=np.float32) - (SIZE - 1) / 2
    x, y = pixel - middle[:, 0], middle[:, 1] - pixel[:, None]
    u = (x * np.cos(tilt) + y * np.sin(tilt)) / radius
    v = (y * np.cos(tilt) - x * np.sin(tilt)) / radius
    depth = np.empty_like(u)
    for label, shape in enumerate(SHAPES.values()):
        these = labels == label
        depth[these] = shape(u[these], v[these])
    inside = np.clip(0.5 + depth * radius, 0, 1)  # the outline is one pixel soft

    # Two colours that differ; light on the shape from one side; clouds behind it, which
    # are 5 × 5 colours near one, interpolated linearly to 32 × 32.
    back, front = uniform(15, 240, 1, 1, 3), uniform(15, 240, 1, 1, 3)
    alike = np.linalg.norm(back - front, axis=-1, keepdims=True) < 100
    front = np.where(alike, (back + 128) % 256, front)
    light = u * uniform(-30, 30, 1, 1) + v * uniform(-30, 30, 1, 1)
    weights = np.clip(1 - abs(np.linspace(0, 4, SIZE)[:, None] - np.arange(5)), 0, 1)
    weights = weights.astype(np.float32)
    clouds = back + uniform(-50, 50, 5, 5, 3)
    pictures = np.einsum("ip,npqc,jq->nijc", weights, clouds, weights, optimize=True)
    pictures += inside[..., None] * (front + light[..., None] - pictures)
    pictures += 12 * rng.standard_normal(pictures.shape, dtype=np.float32)  # noise
    return np.clip(pictures, 0, 255).astype(np.uint8), labels
