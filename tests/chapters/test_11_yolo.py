"""Chapter 11 shows the lecture's figures, and what it says about them is so."""

import re
import sys
from itertools import pairwise
from pathlib import Path
from types import ModuleType, SimpleNamespace

import matplotlib.pyplot as plt
import nbformat
import numpy as np
import pytest
import torch

from convbook import runs
from tests.chapters.reading import numbers

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def chapter(executed):
    return executed("11-yolo")


def rows(text):
    """Read the lines that begin with a whole number, as lists of numbers."""
    return [numbers(line) for line in text.splitlines() if re.match(r"\s*\d", line)]


def test_p_net_has_6632_weights_as_a_classifier_and_as_a_map(chapter):
    assert "all together   6,632" in chapter.text("slide-weights")
    assert chapter.text("dense-network").startswith("6632 weights")


def test_one_face_is_found_in_several_windows(chapter):
    windows, faces = numbers(chapter.text("slide-run"))
    assert windows == 31 * 31
    assert 2 <= faces < 60


def test_one_pass_gives_the_windows_answers_for_a_sixth_of_the_products(chapter):
    cut, once, ratio = (
        numbers(line)[-1] for line in chapter.text("slide-work").splitlines()[1:]
    )
    window = 100 * 270 + 9 * 1440 + 4608 + 64
    assert cut == 961 * window
    assert once == 4900 * 270 + 1089 * 1440 + 961 * (4608 + 64)
    assert ratio == pytest.approx(cut / once, abs=0.05)
    text = chapter.text("dense-equal")
    assert "the same answers: (31, 31)" in text
    products, time = (numbers(line)[-1] for line in text.splitlines()[1:])
    assert products == ratio
    assert time > products  # the page says that calls cost, too


def test_the_face_is_found_many_times_and_suppression_leaves_one(chapter):
    before, after = numbers(chapter.text("nms-define"))
    assert before > 3
    assert after == 1
    x1, y1, x2, y2 = numbers(chapter.text("pyramid-define").splitlines()[1])[1:]
    assert x1 < 220 < x2  # the astronaut's nose
    assert y1 < 125 < y2
    levels = [numbers(line) for line in chapter.text("nms-thresholds").splitlines()[1:]]
    assert levels[0] == [0.98, before, after]
    for (high, many, stay), (low, more, left) in pairwise(levels):
        assert high > low
        assert many < more
        assert stay < left


def test_the_overlap_of_two_boxes_is_counted_and_computed(chapter):
    both, either, iou = numbers(chapter.text("iou-drawn"))
    assert (both, either) == (9, 31)
    assert iou == pytest.approx(9 / 31, abs=5e-4)
    pair = [numbers(line)[-1] for line in chapter.text("iou-pair").splitlines()]
    assert pair == [iou, 1, 0, 0, 0]
    shifted = [numbers(line)[-1] for line in chapter.text("iou-shift").splitlines()]
    assert shifted == [0.82, 0.5, 0.33]


def test_the_cell_with_the_middle_is_responsible(chapter):
    text = chapter.text("grid-by-hand")
    assert "row 2 column 2" in text
    assert numbers(text.splitlines()[2]) == [0.5, 0.625]
    assert numbers(text.splitlines()[3]) == [0.292, 0.5]


def test_the_papers_output_and_ours(chapter):
    text = chapter.text("grid-paper")
    assert "(7, 7, 30), 1,470 numbers, 98 boxes" in text
    assert "(6, 6, 15), 540 numbers, 36 boxes" in text


def test_the_terms_of_one_cell_are_those_worked_by_hand(chapter):
    def box(x, y, w, h):
        x, y = (x + 2) / 6, (y + 2) / 6
        return x - w / 2, y - h / 2, x + w / 2, y + h / 2

    a, b = box(0.3, 0.5, 0.25, 0.4), box(0.5, 0.625, 14 / 48, 0.5)
    shared = (min(a[2], b[2]) - max(a[0], b[0])) * (min(a[3], b[3]) - max(a[1], b[1]))
    iou = shared / (0.25 * 0.4 + 14 / 48 * 0.5 - shared)
    place = 5 * (0.2**2 + 0.125**2)
    size = 5 * ((0.5 - (14 / 48) ** 0.5) ** 2 + (0.4**0.5 - 0.5**0.5) ** 2)
    terms = [place, size, (0.6 - iou) ** 2, 0.5 * 0.3**2, 0.2**2 + 0.3**2 + 0.3**2]
    *found, total = numbers(chapter.text("loss-classes-number").splitlines()[-1])
    np.testing.assert_allclose(found, terms, atol=6e-5)
    assert total == pytest.approx(sum(terms), abs=1e-4)
    whole, empty = numbers(chapter.text("loss-cell"))
    assert whole == total
    assert empty == pytest.approx(0.5 * (0.6**2 + 0.3**2), abs=1e-4)
    assert "box 0 is responsible" in chapter.text("loss-example")
    assert "71 of 72" in chapter.text("loss-no-object-number")


def test_roots_make_an_error_dearer_on_a_small_box(chapter):
    lines = chapter.text("loss-size-number").splitlines()[2:4]
    (_, plain_small, small), (_, plain_large, large) = map(numbers, lines)
    assert plain_small == plain_large
    assert small > 3 * large


def test_the_loss_of_a_batch_is_that_of_its_cells(chapter):
    batch, cells = numbers(chapter.text("loss-define"))
    assert batch == pytest.approx(cells, rel=1e-3)


def test_one_scene_is_learnt_by_heart(chapter):
    steps = rows(chapter.text("overfit-run"))
    assert steps[0][0] == 0
    assert steps[-1][0] == 200
    assert sum(steps[-1][1:]) < 0.02 * sum(steps[0][1:])
    lines = chapter.text("detect-define").splitlines()
    assert len(lines) == 3
    for line in lines:
        _, score, iou = numbers(line)
        assert score > 0.8
        assert iou > 0.9


def test_three_seeds_reach_the_mark_on_digits_nobody_has_seen(chapter):
    lines = chapter.text("map-run").splitlines()
    assert lines[0].startswith("500 unseen scenes")
    seeds = [numbers(line) for line in lines[1:4]]
    assert [int(seed) for seed, *_ in seeds] == [0, 1, 2]
    for _, half, strict, boxes in seeds:
        assert half >= 0.60
        assert strict < half - 0.1
        assert boxes > 3
    assert "mean of three seeds" in lines[4]


def test_the_loss_falls_and_classes_cost_most_at_first(chapter):
    for _, first, last in rows(chapter.text("train-run")):
        assert last < first / 2


def test_precision_and_recall_of_ten_detections(chapter):
    lines = chapter.text("curve-by-hand").splitlines()
    assert numbers(lines[2])[:4] == [1, 1, 0.67, 0.75]
    assert numbers(lines[3])[-1] == 0.8
    # By hand: 41 recalls at 1, 20 at 3/4, 20 at 4/7, 20 at 0.
    expected = (41 * 1 + 20 * 3 / 4 + 20 * 4 / 7) / 101
    assert numbers(chapter.text("curve-drawn"))[0] == pytest.approx(expected, abs=6e-4)


def test_a_score_threshold_trades_recall_for_precision(chapter):
    table = np.array(rows(chapter.text("map-threshold")))
    assert (np.diff(table[:, 1]) <= 0).all()
    assert (np.diff(table[:, 2]) > 0).all()
    assert (np.diff(table[:, 3]) < 0).all()


def test_left_out_pictures_flatter_and_empty_ones_cost(chapter):
    lines = chapter.text("map-empty").splitlines()
    whole, kept, flattered, with_empty, alarms = (numbers(line)[-1] for line in lines)
    assert kept < 500
    assert flattered >= whole
    assert with_empty <= whole
    assert alarms >= 0


def test_the_mark_is_that_of_cocos_own_code(chapter):
    ours, theirs = (
        numbers(line)[-1] for line in chapter.text("map-equal").splitlines()
    )
    assert ours == pytest.approx(theirs, abs=2e-6)


def test_logistic_classes_need_not_share(chapter):
    lines = chapter.text("logistic-numbers").splitlines()
    assert numbers(lines[1])[:2] == [0.5, 0.5]
    assert numbers(lines[2])[:2] == [0.98, 0.98]


def test_darknet_53_and_the_255_channels(chapter):
    text = chapter.text("darknet-count")
    assert text.startswith("52 convolutions and 1 dense layer")
    assert numbers(text.splitlines()[1]) == [40_584_928, 1_025_000, 41_609_928]
    text = chapter.text("scales-count")
    assert "kernel 1×1×255" in text
    for side in (13, 26, 52):
        assert f"(255, {side}, {side}), {3 * side * side:6,} boxes" in text
    assert "10,647" in text


def test_the_film_plays_without_a_kernel_and_says_in_words_what_it_shows(chapter):
    html = chapter.html("tracking-film")
    assert 'role="img" aria-label="A film of 24 frames' in html
    assert "data:image/png;base64," in html
    assert "<script" not in html
    objects, true, found = (
        numbers(line)[-1] for line in chapter.text("tracking-link").splitlines()
    )
    assert objects == 2
    assert true >= objects
    assert found >= 1


def test_the_full_run_is_shown_or_said_to_be_missing(chapter):
    text = chapter.text("full-record")
    assert "No full run on digit scenes is recorded" in text or "mAP@0.5" in text


def test_full_runs_on_digit_scenes_reach_090_in_each_of_three_seeds():
    marks = [run["map"] for run in runs.read("detection-digits")["runs"]]
    assert len(marks) >= 3
    assert min(marks) >= 0.90


def test_the_weights_for_photographs_are_drawn_and_small(chapter):
    record = runs.read("detection-photographs")
    said = chapter.text("photos-record")
    if record is None:
        assert "No run on photo scenes is recorded" in said
        return
    for one in record["runs"]:
        assert f"seed {one['seed']}: mAP@0.5 {one['map']:.2f}" in said
        assert one["map"] < 0.5, "the page says: far below the digits"
        assert record["class_names"][np.argmin(one["ap"])] == "bird"
    weights = sum(path.stat().st_size for path in runs.RESULTS.glob("*.npz"))
    assert weights <= 1_000_000, "the course ships at most 1 MB of weights of its own"


class Published:
    """Stands for torchvision: a detector that finds one sure and one unsure thing."""

    class FasterRCNN_MobileNet_V3_Large_320_FPN_Weights:
        COCO_V1 = SimpleNamespace(
            meta={"categories": ["__background__", "person", "cat"]}
        )

    class Detector(torch.nn.Module):
        def forward(self, pictures):
            assert not self.training
            answers = []
            for x in pictures:
                assert x.shape[0] == 3, "channels come first"
                assert 0 <= x.min() < x.max() <= 1
                boxes = torch.tensor([[10.0, 20.0, 60.0, 90.0], [0.0, 0.0, 9.0, 9.0]])
                labels, scores = torch.tensor([2, 1]), torch.tensor([0.9, 0.2])
                answers.append({"boxes": boxes, "labels": labels, "scores": scores})
            return answers

    @classmethod
    def fasterrcnn_mobilenet_v3_large_320_fpn(cls, *, weights):
        assert weights.meta["categories"]
        return cls.Detector()


def test_the_published_detectors_cell_draws_what_a_stand_in_is_sure_of(monkeypatch):
    notebook = nbformat.read(str(ROOT / "chapters" / "11-yolo.ipynb"), as_version=4)
    cells = {cell.id: cell for cell in notebook.cells}
    assert "skip-execution" in cells["published-run"].metadata.tags
    whole, models = ModuleType("torchvision"), ModuleType("torchvision.models")
    models.detection = Published
    for name, module in {"torchvision": whole, "torchvision.models": models}.items():
        monkeypatch.setitem(sys.modules, name, module)
    drawn = []
    monkeypatch.setattr(
        plt, "show", lambda: drawn.append([t.get_text() for t in plt.gca().texts])
    )
    given = {}
    for name in ["imports", "published-run"]:
        exec(compile(cells[name].source, name, "exec"), given)
    plt.close("all")
    assert drawn == [["cat 90%"]] * 3
