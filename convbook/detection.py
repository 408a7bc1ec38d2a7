"""Boxes: how much they overlap, which are left, and how good a detector is.

Chapter 11 writes these once plainly. What stands here does the same for thousands of
boxes at once, for the chapter's larger pictures and for the benchmarks.

Boxes are (x1, y1, x2, y2), x to the right and y down, in any unit; x2 and y2 lie outside,
so a box is x2 − x1 wide. A box whose sides are not positive has no area and overlaps
nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike

RECALLS = np.linspace(0, 1, 101)
"""Where COCO reads the precision off."""


def areas(boxes: ArrayLike) -> np.ndarray:
    """Give the area of each box, 0 where a side is not positive: (…, 4) → (…)."""
    boxes = np.asarray(boxes, float)
    sides = np.clip(boxes[..., 2:] - boxes[..., :2], 0, None)
    return sides[..., 0] * sides[..., 1]


def paired_iou(a: ArrayLike, b: ArrayLike) -> np.ndarray:
    """Divide what two boxes share by what they cover: (…, 4), (…, 4) → (…).

    The two are broadcast against one another: `paired_iou(a[:, None], b)` compares each
    box of `a` with each of `b`.
    """
    a, b = np.asarray(a, float), np.asarray(b, float)
    near = np.maximum(a[..., :2], b[..., :2])
    far = np.minimum(a[..., 2:], b[..., 2:])
    shared = areas(np.concatenate([near, far], axis=-1))
    union = areas(a) + areas(b) - shared
    return np.divide(shared, union, out=np.zeros_like(shared), where=shared > 0)


def suppress(
    boxes: ArrayLike, scores: ArrayLike, classes: ArrayLike, threshold: float = 0.5
) -> np.ndarray:
    """Keep of each class the boxes that no better box overlaps: non-max suppression.

    The best box stays and removes those of its class whose IoU with it is larger than
    the threshold; then the best of what is left, and so on.

    Args:
        boxes: (n, 4).
        scores: (n,). Of equal scores the first comes first.
        classes: whole numbers (n,). Boxes of different classes do not touch one another.
        threshold: an IoU.

    Returns:
        Indices of the boxes that stay, the best first.

    """
    boxes, classes = np.asarray(boxes, float).reshape(-1, 4), np.asarray(classes)
    order = np.argsort(-np.asarray(scores, float), kind="stable")
    boxes, classes = boxes[order], classes[order]
    standing = np.ones(len(order), bool)
    for k in range(len(order)):
        if standing[k]:
            rest = k + 1 + np.flatnonzero(standing[k + 1 :])
            rest = rest[classes[rest] == classes[k]]
            standing[rest] = paired_iou(boxes[k], boxes[rest]) <= threshold
    return order[standing]


@dataclass(frozen=True, eq=False)
class Evaluation:
    """How good detections are, class by class."""

    ap: np.ndarray
    """Average precision of each class; nan for a class that occurs in no picture."""
    recall: list[np.ndarray]
    """For each class the recall after each of its detections, the best first."""
    precision: list[np.ndarray]
    """… and the precision."""

    @property
    def mean_ap(self) -> float:
        """The mean over the classes that occur; nan if none does."""
        occur = ~np.isnan(self.ap)
        return float(self.ap[occur].mean()) if occur.any() else float("nan")


def evaluate(
    found: Sequence[tuple[ArrayLike, ArrayLike, ArrayLike]],
    truth: Sequence[tuple[ArrayLike, ArrayLike]],
    n_classes: int,
    threshold: float = 0.5,
    limit: int | None = None,
) -> Evaluation:
    """Compare detections with the truth, picture by picture, as COCO does.

    In each picture and class the detections come in the order of their scores. Each takes
    the object, of those nobody has taken, that it overlaps most, if their IoU is at least
    the threshold; else it is a false alarm. Average precision is the mean, over 101
    recalls from 0 to 1, of the best precision at that recall or a higher one.

    Args:
        found: for each picture (boxes (k, 4), scores (k,), classes (k,)).
        truth: for each picture (boxes (m, 4), classes (m,)).
        n_classes: classes are 0 … n_classes − 1.
        threshold: the IoU from which a detection counts as right.
        limit: how many detections of a picture and class count, the best ones. COCO says
            100. Left out: all.

    Raises:
        ValueError: there are not as many pictures in `found` as in `truth`.

    Source: Lin et al., Microsoft COCO (2014), and its evaluation code.

    """
    if len(found) != len(truth):
        raise ValueError(
            f"{len(found)} pictures with detections, {len(truth)} with truth."
        )
    boxes, scores, group = _flat(found, n_classes)
    objects, _, owner = _flat(
        [(b, np.zeros(np.shape(c)), c) for b, c in truth], n_classes
    )
    order = np.lexsort((np.arange(len(scores)), -scores, group))
    boxes, scores, group = boxes[order], scores[order], group[order]
    rank = _ranks(group)
    if limit is not None:
        within = rank < limit
        boxes, scores = boxes[within], scores[within]
        group, rank = group[within], rank[within]
    right = _matched(boxes, group, rank, objects, owner, threshold)

    ap = np.full(n_classes, np.nan)
    recalls, precisions = [], []
    for k in range(n_classes):
        mine = np.flatnonzero(group % n_classes == k)
        # Pictures stand in their order, so equal scores keep it.
        mine = mine[np.argsort(-scores[mine], kind="stable")]
        total = np.count_nonzero(owner % n_classes == k)
        hits = np.cumsum(right[mine])
        precision = hits / np.arange(1, len(mine) + 1)
        recall = hits / total if total else np.full(len(mine), np.nan)
        if total:
            ap[k] = sampled_ap(recall, precision)
        recalls.append(recall)
        precisions.append(precision)
    return Evaluation(ap, recalls, precisions)


def sampled_ap(recall: ArrayLike, precision: ArrayLike) -> float:
    """Average the best precision at 101 recalls or beyond them, 0 beyond the last."""
    envelope = np.maximum.accumulate(np.asarray(precision, float)[::-1])[::-1]
    at = np.searchsorted(recall, RECALLS, side="left")
    return float(np.append(envelope, 0.0)[at].mean())


def _flat(
    pictures: Sequence[tuple[ArrayLike, ArrayLike, ArrayLike]], n_classes: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Put all pictures' boxes, scores and groups behind one another.

    A group is a picture and a class: picture · n_classes + class.
    """
    counts = [len(np.asarray(classes)) for _, _, classes in pictures]
    if not sum(counts):
        return np.zeros((0, 4)), np.zeros(0), np.zeros(0, int)
    boxes = np.concatenate([np.reshape(b, (-1, 4)) for b, _, _ in pictures])
    scores = np.concatenate([np.ravel(s) for _, s, _ in pictures])
    classes = np.concatenate([np.ravel(c) for _, _, c in pictures])
    picture = np.repeat(np.arange(len(pictures)), counts)
    group = picture * n_classes + classes.astype(int)
    return boxes.astype(float), scores.astype(float), group


def _ranks(group: np.ndarray) -> np.ndarray:
    """Count within each group, whose members stand side by side: 0, 1, 2, 0, 1, …"""
    place = np.arange(len(group))
    first = np.r_[True, group[1:] != group[:-1]][: len(group)]
    return place - np.maximum.accumulate(np.where(first, place, 0))


def _matched(
    boxes: np.ndarray,
    group: np.ndarray,
    rank: np.ndarray,
    objects: np.ndarray,
    owner: np.ndarray,
    threshold: float,
) -> np.ndarray:
    """Say of each detection whether it has found an object that was still free.

    All groups go at once: first the best detection of each, then the second of each …
    """
    right = np.zeros(len(group), bool)
    if not len(objects) or not len(group):
        return right
    order = np.argsort(owner, kind="stable")
    groups, size = np.unique(owner[order], return_counts=True)
    table = np.zeros((len(groups), size.max(), 4))  # one row of objects for each group
    free = np.arange(size.max()) < size[:, np.newaxis]
    table[free] = objects[order]

    row = np.searchsorted(groups, group)
    row[row == len(groups)] = 0
    candidate = np.flatnonzero(groups[row] == group)  # others have nothing to find
    candidate = candidate[np.argsort(rank[candidate], kind="stable")]
    steps = np.flatnonzero(np.diff(rank[candidate])) + 1
    threshold = min(threshold, 1 - 1e-10)
    for now in np.split(candidate, steps):
        at = row[now]
        iou = np.where(free[at], paired_iou(boxes[now, np.newaxis], table[at]), -1.0)
        # Of equal overlaps the last object is taken, as in COCO's code.
        best = iou.shape[1] - 1 - iou[:, ::-1].argmax(axis=1)
        hit = iou[np.arange(len(now)), best] >= threshold
        right[now] = hit
        free[at[hit], best[hit]] = False
    return right


def p_net_weights() -> dict[str, np.ndarray]:
    """Give the weights of P-Net, the first of the three networks of MTCNN.

    Returns:
        float32 arrays, 6,632 numbers in all, by the names of their layers, in the order
        in which the layers run; kernels are (out, in, height, width), as in PyTorch.

    Source: Zhang et al., Joint face detection and alignment using multitask cascaded
    convolutional networks (2016); the weights are those of the Python package
    facenet-pytorch (MIT licence, in `samples/README.md`).

    """
    with np.load(Path(__file__).with_name("samples") / "pnet.npz") as file:
        return {name: file[name] for name in file.files}
