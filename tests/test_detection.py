"""Overlap, suppression and average precision give what well-known libraries give."""

import contextlib
import io

import numpy as np
import pytest
import tensorflow as tf
from pycocotools import mask
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

from convbook import detection

CLASSES = 3


def some_boxes(rng, count, side=40):
    """Draw boxes; some have whole corners, some no area, some are there twice."""
    corner = rng.uniform(0, side, (count, 2))
    boxes = np.concatenate([corner, corner + rng.uniform(0, side, (count, 2))], axis=1)
    if rng.random() < 0.5:
        boxes = boxes.round()
    for k in np.flatnonzero(rng.random(count) < 0.15):
        boxes[k] = boxes[rng.integers(count)]
    for k in np.flatnonzero(rng.random(count) < 0.1):
        boxes[k, 2 + rng.integers(2)] = boxes[k, rng.integers(2)]
    boxes[:, 2:] = np.maximum(boxes[:, :2], boxes[:, 2:])
    return boxes


def as_coco(boxes):
    return np.concatenate([boxes[:, :2], boxes[:, 2:] - boxes[:, :2]], axis=1)


# ------------------------------------------------------------------------------ overlap


def test_iou_is_that_of_pycocotools():
    rng = np.random.default_rng(0)
    for _ in range(200):
        a, b = some_boxes(rng, rng.integers(1, 9)), some_boxes(rng, rng.integers(1, 9))
        expected = mask.iou(as_coco(a), as_coco(b), np.zeros(len(b)))
        np.testing.assert_allclose(
            detection.paired_iou(a[:, None], b), expected, atol=1e-12
        )


def test_a_box_without_area_overlaps_nothing_not_even_itself():
    point, line, inside_out = [3, 3, 3, 3], [1, 2, 5, 2], [4, 4, 1, 1]
    for box in (point, line, inside_out):
        assert detection.areas(box) == 0
        assert detection.paired_iou(box, box) == 0
        assert detection.paired_iou(box, [0, 0, 9, 9]) == 0


# -------------------------------------------------------------------------- suppression


def test_suppression_is_tensorflows_on_a_thousand_cases():
    rng = np.random.default_rng(1)
    removed = 0
    for _ in range(1000):
        count = int(rng.integers(0, 30))
        boxes = some_boxes(rng, count).astype("float32")
        scores = rng.permutation(count).astype("float32")
        threshold = float(rng.choice([0.0, 0.3, 0.5, 0.7]))
        expected = tf.image.non_max_suppression(
            boxes.reshape(-1, 4)[:, [1, 0, 3, 2]], scores, count, threshold
        ).numpy()
        got = detection.suppress(boxes, scores, np.zeros(count, int), threshold)
        assert got.tolist() == expected.tolist()
        removed += count - len(got)
    assert removed > 2000


def test_suppression_leaves_other_classes_alone():
    rng = np.random.default_rng(2)
    for _ in range(200):
        boxes, scores = some_boxes(rng, 20), rng.random(20)
        classes = rng.integers(0, CLASSES, 20)
        expected = []
        for k in range(CLASSES):
            mine = np.flatnonzero(classes == k)
            kept = detection.suppress(boxes[mine], scores[mine], classes[mine])
            expected.extend(mine[kept])
        got = detection.suppress(boxes, scores, classes)
        assert sorted(got) == sorted(expected)
        assert (np.diff(scores[got]) <= 0).all()


def test_of_equal_scores_the_first_stays():
    boxes = np.array([[0, 0, 10, 10]] * 3 + [[50, 50, 60, 60]])
    assert detection.suppress(boxes, [0.5] * 4, [0] * 4).tolist() == [0, 3]


# -------------------------------------------------------------------- average precision


def random_case(seed):
    """Draw pictures with truths and detections, of which many lie near a truth."""
    rng = np.random.default_rng(seed)
    many = 130 if seed % 20 == 0 else 12  # some pictures hold more than 100 boxes
    found, truth = [], []
    for _ in range(rng.integers(1, 9)):
        m = int(rng.choice([0, 1, 2, 5]))
        n = int(rng.choice([0, 1, 4, many]))
        boxes, classes = some_boxes(rng, m), rng.integers(0, CLASSES - 1, m)
        near = some_boxes(rng, n)
        labels = rng.integers(0, CLASSES, n)
        for k in np.flatnonzero(rng.random(n) < 0.7) if m else []:
            of = rng.integers(m)
            near[k] = boxes[of] + rng.normal(0, rng.choice([0, 1, 3]), 4)
            near[k, 2:] = np.maximum(near[k, :2], near[k, 2:])
            labels[k] = classes[of]
        scores = rng.random(n)
        if rng.random() < 0.5:
            scores = scores.round(1)  # many ties
        found.append((near, scores, labels))
        truth.append((boxes, classes))
    return found, truth


def by_pycocotools(found, truth, threshold, limit, n_classes=CLASSES):
    """Give each class's AP as COCO's own code does; nan where the class does not occur."""
    truths, results = [], []
    for i, (boxes, classes) in enumerate(truth):
        for box, k in zip(as_coco(boxes).tolist(), classes.tolist(), strict=True):
            one = {"id": len(truths) + 1, "image_id": i, "category_id": k, "bbox": box}
            truths.append(one | {"area": box[2] * box[3], "iscrowd": 0})
    for i, (boxes, scores, classes) in enumerate(found):
        rows = zip(
            as_coco(boxes).tolist(), scores.tolist(), classes.tolist(), strict=True
        )
        for box, score, k in rows:
            one = {"image_id": i, "category_id": k, "bbox": box, "score": score}
            results.append(one)
    with contextlib.redirect_stdout(io.StringIO()):
        coco = COCO()
        coco.dataset = {
            "images": [{"id": i} for i in range(len(truth))],
            "categories": [{"id": k} for k in range(n_classes)],
            "annotations": truths,
        }
        coco.createIndex()
        if not results:
            absent = {k for _, classes in truth for k in classes.tolist()}
            return np.array([0.0 if k in absent else np.nan for k in range(n_classes)])
        judge = COCOeval(coco, coco.loadRes(results), "bbox")
        judge.params.iouThrs = np.array([threshold])
        judge.params.maxDets = [limit]
        judge.params.areaRng = [[0, 1e10]]
        judge.params.areaRngLbl = ["all"]
        judge.evaluate()
        judge.accumulate()
    ap = judge.eval["precision"][0, :, :, 0, 0].mean(axis=0)
    return np.where(ap < 0, np.nan, ap)


@pytest.mark.parametrize("limit", [100, 100_000])
def test_average_precision_is_pycocotools_on_two_hundred_cases(limit):
    for seed in range(200):
        found, truth = random_case(seed)
        threshold = [0.5, 0.75, 0.3][seed % 3]
        expected = by_pycocotools(found, truth, threshold, limit)
        got = detection.evaluate(found, truth, CLASSES, threshold, limit)
        np.testing.assert_allclose(got.ap, expected, atol=1e-6, err_msg=f"seed {seed}")
        mean = np.nanmean(expected) if (~np.isnan(expected)).any() else np.nan
        np.testing.assert_allclose(got.mean_ap, mean, atol=1e-6, equal_nan=True)


def test_the_cases_hold_everything_that_goes_wrong():
    cases = [random_case(seed) for seed in range(200)]
    assert any(not any(len(c) for _, c in truth) for _, truth in cases)
    assert any(not any(len(s) for _, s, _ in found) for found, _ in cases)
    for empty_at in (0, -1):
        assert sum(len(truth[empty_at][1]) == 0 for _, truth in cases) > 20
        assert sum(len(found[empty_at][1]) == 0 for found, _ in cases) > 20
    pictures = [picture for found, _ in cases for picture in found]
    assert sum(len(s) > 100 for _, s, _ in pictures) >= 5
    assert sum(len(np.unique(b, axis=0)) < len(b) for b, _, _ in pictures) > 100
    assert sum((detection.areas(b) == 0).any() for b, _, _ in pictures) > 100
    within = [detection.evaluate(*case, CLASSES).mean_ap for case in cases]
    assert np.nanmin(within) == 0
    assert 0.2 < np.nanmean(within) < 0.8


def test_the_order_of_empty_pictures_changes_nothing():
    found, truth = random_case(3)
    nothing = (np.zeros((0, 4)), np.zeros(0), np.zeros(0, int))
    expected = detection.evaluate(found, truth, CLASSES).ap
    for place in (0, 1, len(found)):
        more = [*found[:place], nothing, *found[place:]]
        objects = [*truth[:place], nothing[:1] + nothing[2:], *truth[place:]]
        np.testing.assert_array_equal(
            detection.evaluate(more, objects, CLASSES).ap, expected
        )


def test_different_numbers_of_pictures_are_refused():
    found, truth = random_case(3)
    with pytest.raises(ValueError, match="pictures"):
        detection.evaluate(found[1:], truth, CLASSES)


# --------------------------------------------------------------------------------- P-Net


def test_p_net_has_6632_weights():
    weights = detection.p_net_weights()
    assert sum(w.size for w in weights.values()) == 6632
    assert next(iter(weights.values())).shape == (10, 3, 3, 3)
    assert {str(w.dtype) for w in weights.values()} == {"float32"}
