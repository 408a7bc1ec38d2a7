"""Scenes: small pictures with several objects, and all the labels that there are for them.

`digits` puts handwritten digits on a canvas with clutter and noise; `moving_digits` lets
them move from frame to frame; `photographs` puts cut-out animals, plants and vehicles on
photographs, where Tux Paint's stamps are installed. Each picture comes with five kinds of label: the classes in
it, a box around each object, a mask of classes, a mask of objects, and for moving scenes
the track that each object belongs to.

    from convbook import scenes

    train = scenes.digits(4000, seed=0)
    test = scenes.digits(500, seed=1, split="test")  # other digits, never seen in training

Everything is drawn from the seed: the same call gives the same scenes.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from convbook import cutouts
from convbook.sources import read_npz

SPLITS = ("train", "test")
DIGITS = tuple("0123456789")

INK = 0.3
"""A pixel belongs to the last object that covers more than this share of it."""

HIDDEN = 0.25
"""At most this share of an object lies under others in a still scene.

The share is that of its pixels; and of two objects' boxes, at most the same share of the
smaller one lies in the other.
"""

SEEN = 0.2
"""An object of a moving scene that shows less than this share has no label in that frame."""

TRIES = 10
"""How often a place is drawn for an object before it is left out."""

_SIDE = 20  # MNIST's digits fill a square of 20 × 20 pixels, or a part of it
_PIECE = 8  # side of a piece of clutter, in pixels
_SIZES = 8  # how many sizes there are between the smallest and the largest
_CHUNK = 256  # scenes drawn at once: their arrays stay in the processor's cache


@dataclass(frozen=True, eq=False)
class Scenes:
    """Pictures with objects, and the labels of each picture.

    The k-th entry of `boxes[i]` and of `classes[i]` is the object whose pixels hold k + 1
    in `instances[i]`. Where objects overlap, the later one lies on top. Boxes are those
    of what can be seen: the smallest that hold the object's pixels in `instances`.
    """

    pictures: np.ndarray
    """float32 (n, H, W, C) from 0 to 1: one channel for digits, RGB for photographs."""
    masks: np.ndarray
    """uint8 (n, H, W): 0 on the background, 1 + class on objects."""
    instances: np.ndarray
    """uint8 (n, H, W): 0 on the background, k + 1 on the picture's k-th object."""
    boxes: list[np.ndarray]
    """For each picture float32 (k, 4): x1, y1, x2, y2 in pixels, x2 and y2 exclusive."""
    classes: list[np.ndarray]
    """For each picture int64 (k,): indices into `class_names`."""
    class_names: tuple[str, ...]

    def __len__(self) -> int:
        """Count the pictures."""
        return len(self.pictures)


@dataclass(frozen=True, eq=False)
class Clip(Scenes):
    """Frames of one scene in which the objects move, in their order."""

    tracks: list[np.ndarray]
    """For each frame int64 (k,): which object of the clip each object of the frame is."""


def digits(
    count: int,
    *,
    seed: int,
    split: str = "train",
    size: int = 48,
    objects: tuple[int, int] = (1, 3),
    scale: tuple[float, float] = (0.7, 1.2),
    clutter: int = 6,
    noise: float = 0.08,
) -> Scenes:
    """Make pictures of handwritten digits on a canvas, with their labels.

    The digits are those of the MNIST sample that ships with convbook: 4,000 for the split
    "train", 1,000 others for "test". Digits may touch and overlap. One whose place would
    hide more than a quarter of another is placed anew, and left out if ten places do not
    do; so a picture may hold fewer digits than were drawn, but the first always stays.

    Args:
        count: how many pictures.
        seed: where all chance comes from.
        split: "train" or "test": which handwritten digits may occur.
        size: height and width of a picture, in pixels.
        objects: the fewest and the most digits of a picture; each number is as likely.
        scale: the smallest and the largest digit, as multiples of MNIST's 20 pixels.
        clutter: how many pieces of digits lie in the background of each picture.
        noise: deviation of the noise that is added to each pixel.

    Raises:
        ValueError: there is no such split, or a digit of the largest scale does not fit.

    """
    most = _check(split, size, objects)
    ink, labels = _mnist(split)
    resize, patch = _sizes(scale, size)
    rng = np.random.default_rng([seed, SPLITS.index(split), 0])
    chunks = []
    for start in range(0, max(count, 1), _CHUNK):
        n = min(_CHUNK, count - start)
        stage = _Stage(_backgrounds(n, size, rng), patch)
        for _ in range(clutter):
            _scatter(stage, ink, rng)
        wanted = rng.integers(objects[0], objects[1] + 1, n)
        for k in range(most):
            at = np.flatnonzero(wanted > k)
            which = rng.integers(len(ink), size=len(at))
            alpha = _resized(ink[which], resize[rng.integers(_SIZES, size=len(at))])
            stage.add(at, _painted(alpha, rng), alpha, labels[which], rng)
        chunks.append(stage.labelled(noise, rng, share=0)[0])
    return _joined(chunks, DIGITS)


def moving_digits(
    frames: int,
    *,
    seed: int,
    split: str = "train",
    size: int = 48,
    objects: tuple[int, int] = (2, 3),
    scale: tuple[float, float] = (0.7, 1.2),
    speed: tuple[float, float] = (0.5, 2.0),
    clutter: int = 6,
    noise: float = 0.08,
) -> Clip:
    """Make the frames of a scene in which digits move, with their labels and tracks.

    Each digit keeps its speed and turns back where it meets the edge. Digits pass over
    one another, and one that shows less than a fifth of its pixels in a frame is in none
    of that frame's labels; when it appears again, its track is the same.

    Args:
        frames: how many pictures.
        seed: where all chance comes from.
        split: "train" or "test": which handwritten digits may occur.
        size: height and width of a picture, in pixels.
        objects: the fewest and the most digits.
        scale: the smallest and the largest digit, as multiples of MNIST's 20 pixels.
        speed: the slowest and the fastest digit, in pixels from frame to frame.
        clutter: how many pieces of digits lie in the background; they do not move.
        noise: deviation of the noise that is added to each pixel, anew in each frame.

    Raises:
        ValueError: there is no such split, or a digit of the largest scale does not fit.

    """
    _check(split, size, objects)
    ink, labels = _mnist(split)
    resize, patch = _sizes(scale, size)
    rng = np.random.default_rng([seed, SPLITS.index(split), 1])
    still = _Stage(_backgrounds(1, size, rng), patch)
    for _ in range(clutter):
        _scatter(still, ink, rng)
    stage = _Stage(np.repeat(still.cropped(), frames, axis=0), patch)
    for _ in range(rng.integers(objects[0], objects[1] + 1)):
        which = rng.integers(len(ink), size=1)
        alpha = _resized(ink[which], resize[rng.integers(_SIZES, size=1)])
        room = size - _extent(alpha)[0]
        angle = rng.uniform(0, 2 * np.pi)
        step = rng.uniform(*speed) * np.array([np.sin(angle), np.cos(angle)])
        way = rng.uniform(0, room) + step * np.arange(frames)[:, np.newaxis]
        # There and back again: a triangle wave between 0 and the room that there is.
        period = np.maximum(2 * room, 1)
        corner = np.rint(room - np.abs(way % period - room)).astype(int)
        corner = np.clip(corner, 0, room)
        alpha = np.repeat(alpha, frames, axis=0)
        colour = np.repeat(_painted(alpha[:1], rng), frames, axis=0)
        stage.put(np.arange(frames), corner, colour, alpha, labels[which])
    found, tracks = stage.labelled(noise, rng, share=SEEN)
    return Clip(**vars(_joined([found], DIGITS)), tracks=tracks)


def photographs(
    count: int,
    *,
    seed: int,
    split: str = "train",
    size: int = 96,
    objects: tuple[int, int] = (1, 3),
    share: tuple[float, float] = (0.3, 0.6),
) -> Scenes:
    """Make photographs with cut-out things on them, in six classes, with their labels.

    Each class is drawn as often as any other, then one of its individuals. Those of the
    split "test" never occur in "train"; the photographs behind them are the same four.
    Overlaps are limited as in `digits`.

    Args:
        count: how many pictures.
        seed: where all chance comes from.
        split: "train" or "test": which individuals may occur.
        size: height and width of a picture, in pixels.
        objects: the fewest and the most things of a picture; each number is as likely.
        share: the shortest and the longest that a thing's longer side is, as a share of
            `size`.

    Raises:
        FileNotFoundError: the stamps are not installed; the message says how to get them.
        ValueError: there is no such split, or a thing of the largest share does not fit.

    """
    most = _check(split, size, objects)
    patch = round(share[1] * size)
    if patch > size:
        raise ValueError(f"A thing of {patch} pixels does not fit into {size}.")
    listed = [_thumbnails(split, name, cutouts.folder()) for name in cutouts.CLASSES]
    rng = np.random.default_rng([seed, SPLITS.index(split), 2])
    chunks = []
    for start in range(0, max(count, 1), _CHUNK):
        n = min(_CHUNK, count - start)
        behind = np.zeros((n, size, size, 3), np.float32)
        for i in range(n):
            behind[i] = cutouts.background(rng, size) / np.float32(255)
        stage = _Stage(behind, patch)
        wanted = rng.integers(objects[0], objects[1] + 1, n)
        for k in range(most):
            at = np.flatnonzero(wanted > k)
            labels = rng.integers(len(listed), size=len(at))
            things = np.zeros((len(at), patch, patch, 4), np.float32)
            for thing, label in zip(things, labels, strict=True):
                which = listed[label][rng.integers(len(listed[label]))]
                small = _shrunk(which, round(rng.uniform(*share) * size))
                small = small[:, ::-1] if rng.integers(2) else small
                thing[: small.shape[0], : small.shape[1]] = small / np.float32(255)
            stage.add(at, things[..., :3], things[..., 3], labels, rng)
        chunks.append(stage.labelled(0, rng, share=0)[0])
    return _joined(chunks, cutouts.CLASSES)


@functools.cache
def _thumbnails(split: str, class_name: str, folder: Path) -> list[np.ndarray]:
    """Read a class's cut-outs, no larger than 192 pixels; `folder` is where they lie."""
    listed = cutouts.individuals(split, class_name)
    return [_shrunk(cutouts.read(one), 192, enlarge=False) for one in listed]


def _shrunk(cutout: np.ndarray, side: int, enlarge: bool = True) -> np.ndarray:
    """Give a cut-out's longer side so many pixels: uint8 (h, w, 4)."""
    from PIL import Image

    height, width = cutout.shape[:2]
    scale = max(side, 1) / max(height, width)
    if scale > 1 and not enlarge:
        return cutout
    shape = max(1, round(width * scale)), max(1, round(height * scale))
    return np.array(Image.fromarray(cutout).resize(shape, Image.Resampling.BOX))


class _Stage:
    """Canvases of equal size, onto which one object after another is put."""

    def __init__(self, backgrounds: np.ndarray, patch: int) -> None:
        # Patches may stick out below and to the right, where they are empty.
        n, self.height, self.width, channels = backgrounds.shape
        self.patch = patch
        shape = (n, self.height + patch, self.width + patch)
        self.canvas = np.zeros((*shape, channels), np.float32)
        self.canvas[:, : self.height, : self.width] = backgrounds
        self.owner = np.zeros(shape, np.uint8)
        self.whole: list[np.ndarray] = []  # for each object put: pixels in each picture
        self.seen: list[np.ndarray] = []  # … and how many are still to be seen
        self.areas: list[np.ndarray] = []  # … and the box of all of it: (n, 4)
        self.labels: list[np.ndarray] = []

    def add(
        self,
        at: np.ndarray,
        colour: np.ndarray,
        alpha: np.ndarray,
        label: np.ndarray,
        rng: np.random.Generator,
    ) -> None:
        """Put one object into each of the pictures `at`, where it hides little of others."""
        extent = _extent(alpha)
        room = np.array([self.height, self.width]) - extent
        corner = np.zeros((len(at), 2), int)
        left = np.arange(len(at))
        for _ in range(TRIES):
            corner[left] = rng.integers(0, room[left] + 1)
            lost = self.covered(at[left], corner[left], alpha[left] > INK)
            fits, i = np.ones(len(left), bool), at[left]
            box = np.hstack([corner[left], corner[left] + extent[left]])
            for k, hides in enumerate(lost):
                fits &= self.seen[k][i] - hides >= (1 - HIDDEN) * self.whole[k][i]
                fits &= _shared(box, self.areas[k][i]) <= HIDDEN
            left = left[~fits]
            if len(left) == 0:
                break
        there = np.setdiff1d(np.arange(len(at)), left)
        self.put(at[there], corner[there], colour[there], alpha[there], label[there])

    def index(self, at: np.ndarray, corner: np.ndarray) -> tuple[np.ndarray, ...]:
        """Index the windows that patches cover: (m, patch, patch)."""
        steps = np.arange(self.patch)
        rows = corner[:, 0, np.newaxis] + steps
        columns = corner[:, 1, np.newaxis] + steps
        return at[:, None, None], rows[:, :, None], columns[:, None, :]

    def covered(self, at: np.ndarray, corner: np.ndarray, on: np.ndarray) -> np.ndarray:
        """Count the pixels of each object that a patch would hide: (objects, m)."""
        under = self.owner[self.index(at, corner)] * on
        marks = range(1, len(self.whole) + 1)
        return np.array([(under == k).sum(axis=(1, 2)) for k in marks])

    def paint(
        self, at: np.ndarray, corner: np.ndarray, colour: np.ndarray, alpha: np.ndarray
    ) -> None:
        """Lay coloured patches over pictures, without any label."""
        index = self.index(at, corner)
        cover = alpha[..., np.newaxis]
        self.canvas[index] += cover * (colour - self.canvas[index])

    def put(
        self,
        at: np.ndarray,
        corner: np.ndarray,
        colour: np.ndarray,
        alpha: np.ndarray,
        label: np.ndarray,
    ) -> None:
        """Lay objects over pictures, one into each of `at`, and note what they hide."""
        on = alpha > INK
        for seen, lost in zip(self.seen, self.covered(at, corner, on), strict=True):
            seen[at] -= lost
        self.paint(at, corner, colour, alpha)
        index = self.index(at, corner)
        self.owner[index] = np.where(on, len(self.whole) + 1, self.owner[index])
        n = len(self.canvas)
        whole, labels = np.zeros(n, int), np.zeros(n, int)
        whole[at], labels[at] = on.sum(axis=(1, 2)), label
        area = np.zeros((n, 4), int)
        area[at] = np.hstack([corner, corner + _extent(alpha)])
        self.areas.append(area)
        self.whole.append(whole)
        self.seen.append(whole.copy())
        self.labels.append(labels)

    def cropped(self) -> np.ndarray:
        """Give the pictures without the strip that patches stick out into."""
        return self.canvas[:, : self.height, : self.width]

    def labelled(
        self, noise: float, rng: np.random.Generator, share: float
    ) -> tuple[Scenes, list[np.ndarray]]:
        """Finish the pictures; label what shows more than a share of itself.

        Returns:
            The scenes, and for each picture the numbers of its objects in the order in
            which they were put.

        """
        pictures = self.cropped().copy()
        if noise:
            pictures += noise * rng.standard_normal(pictures.shape, np.float32)
        np.clip(pictures, 0, 1, out=pictures)

        n, count = len(pictures), len(self.whole)
        seen = np.array(self.seen).reshape(count, n).T
        whole = np.array(self.whole).reshape(count, n).T
        labels = np.array(self.labels).reshape(count, n).T
        keep = (seen > 0) & (seen >= share * whole)
        # Row i of a table gives for each mark of picture i what becomes of it.
        marks, values = np.zeros((2, n, count + 1), np.uint8)
        marks[:, 1:] = keep * keep.cumsum(axis=1)
        values[:, 1:] = keep * (labels + 1)
        owner = self.owner[:, : self.height, : self.width]
        row = np.arange(n)[:, None, None]

        boxes = np.zeros((n, count, 4), np.float32)
        for k in range(count):
            boxes[:, k] = _boxes(owner == k + 1)
        tracks = [np.flatnonzero(row) for row in keep]
        return (
            Scenes(
                pictures,
                values[row, owner],
                marks[row, owner],
                [boxes[i, kept] for i, kept in enumerate(tracks)],
                [labels[i, kept] for i, kept in enumerate(tracks)],
                (),
            ),
            tracks,
        )


def _boxes(masks: np.ndarray) -> np.ndarray:
    """Give the smallest box that holds each mask: (n, H, W) → (n, 4)."""
    corners = []
    for axis in (1, 2):
        there = np.any(masks, axis=axis)
        first = there.argmax(axis=1)
        last = there.shape[1] - there[:, ::-1].argmax(axis=1)
        corners.append((first, last))
    (left, right), (top, bottom) = corners
    return np.stack([left, top, right, bottom], axis=1)


def _shared(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Give the share of the smaller box that lies in the other: (m, 4), (m, 4) → (m,)."""
    sides = np.minimum(a[:, 2:], b[:, 2:]) - np.maximum(a[:, :2], b[:, :2])
    smaller = np.minimum(*(np.prod(box[:, 2:] - box[:, :2], axis=1) for box in (a, b)))
    return np.prod(np.clip(sides, 0, None), axis=1) / np.maximum(smaller, 1)


def _extent(alpha: np.ndarray) -> np.ndarray:
    """Give the height and width of what each patch shows, from its corner: (m, 2)."""
    size = alpha.shape[1]
    there = [np.any(alpha > 0.02, axis=axis) for axis in (2, 1)]
    return np.stack([size - t[:, ::-1].argmax(axis=1) for t in there], axis=1)


def _check(split: str, size: int, objects: tuple[int, int]) -> int:
    if split not in SPLITS:
        raise ValueError(
            f"There is no split {split!r}. There are: {', '.join(SPLITS)}."
        )
    fewest, most = objects
    if not 0 <= fewest <= most <= 254:
        raise ValueError(f"objects is {objects}: the fewest and the most, at most 254.")
    return most


@functools.cache
def _mnist(split: str) -> tuple[np.ndarray, np.ndarray]:
    """Give a split's digits, moved to the upper left corner, float32 (n, 20, 20)."""
    path = Path(__file__).with_name("samples") / "mnist.npz"
    x_train, y_train, x_test, y_test = read_npz(path.read_bytes())
    x, y = (x_train, y_train) if split == "train" else (x_test, y_test)
    ink = np.zeros((len(x), _SIDE, _SIDE), np.float32)
    for i, (left, top, right, bottom) in enumerate(_boxes(x > 0)):
        ink[i, : bottom - top, : right - left] = x[i, top:bottom, left:right]
    return ink / 255, y.astype(np.int64)


def _sizes(scale: tuple[float, float], size: int) -> tuple[np.ndarray, int]:
    """Make the matrices that resize a digit's rows: (sizes, patch, 20); and patch."""
    patch = max(_PIECE, int(np.ceil(_SIDE * scale[1])))
    if patch > size:
        raise ValueError(f"A digit of {patch} pixels does not fit into {size}.")
    matrices = np.zeros((_SIZES, patch, _SIDE), np.float32)
    for k, factor in enumerate(np.linspace(*scale, _SIZES)):
        # Where each new pixel's centre lies, and how far it reaches, in old pixels.
        centre = (np.arange(patch) + 0.5) / factor - 0.5
        reach = max(1, 1 / factor)
        distance = np.abs(centre[:, np.newaxis] - np.arange(_SIDE))
        weights = np.clip(1 - distance / reach, 0, None)
        weights /= np.clip(weights.sum(axis=1, keepdims=True), 0.5, None)
        matrices[k] = weights
    return matrices, patch


def _resized(ink: np.ndarray, resize: np.ndarray) -> np.ndarray:
    """Resize digits: (m, 20, 20) and (m, patch, 20) → (m, patch, patch)."""
    return np.clip(resize @ ink @ resize.transpose(0, 2, 1), 0, 1)


def _painted(alpha: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Give each patch one brightness: (m, patch, patch) → the same with a channel."""
    brightness = rng.uniform(0.6, 1, (len(alpha), 1, 1, 1)).astype(np.float32)
    return np.broadcast_to(brightness, (*alpha.shape, 1))


def _backgrounds(n: int, size: int, rng: np.random.Generator) -> np.ndarray:
    """Make dark pictures whose brightness changes from side to side: (n, H, W, 1)."""
    level, down, across = rng.uniform(-0.1, 0.1, (3, n, 1, 1)).astype(np.float32)
    steps = np.linspace(-1, 1, size, dtype=np.float32)
    picture = 0.2 + level + down * steps[:, np.newaxis] + across * steps
    return np.clip(picture, 0, 1)[..., np.newaxis]


def _scatter(stage: _Stage, ink: np.ndarray, rng: np.random.Generator) -> None:
    """Lay a piece of a digit somewhere into each picture."""
    n, piece = len(stage.canvas), _PIECE
    which = rng.integers(len(ink), size=n)
    rows, columns = rng.integers(0, _SIDE - piece, (2, n))
    steps = np.arange(piece)
    alpha = np.zeros((n, stage.patch, stage.patch), np.float32)
    alpha[:, :piece, :piece] = ink[
        which[:, None, None],
        rows[:, None, None] + steps[:, None],
        columns[:, None, None] + steps,
    ]
    corner = rng.integers(
        0, [stage.height - piece + 1, stage.width - piece + 1], (n, 2)
    )
    stage.paint(np.arange(n), corner, _painted(alpha, rng), alpha)


def _joined(chunks: list[Scenes], class_names: tuple[str, ...]) -> Scenes:
    arrays = ("pictures", "masks", "instances")
    return Scenes(
        **{name: np.concatenate([getattr(c, name) for c in chunks]) for name in arrays},
        boxes=[box for c in chunks for box in c.boxes],
        classes=[label for c in chunks for label in c.classes],
        class_names=class_names,
    )
