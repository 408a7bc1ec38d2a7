"""Chapter 9 shows what it says, and the run that needs a network cannot rot."""

import re
from types import SimpleNamespace

import numpy as np
import pytest

from convbook import runs
from tools.notebooks import ROOT

SHARE = re.compile(r"train\[(?:(\d+)%)?:(?:(\d+)%)?\]")


@pytest.fixture(scope="module")
def chapter(executed):
    return executed("09-transfer-learning")


def columns(text, *ways):
    """Read rows of a name and numbers, with or without ± between them."""
    rows = {}
    for way in ways:
        line = re.search(rf"^{re.escape(way)}\s+(.+)$", text, re.M)[1]
        rows[way] = [float(n) for n in re.findall(r"[+-]?\d+\.\d+", line)]
    return rows


def pairs(text):
    """Read the differences of `report`, and what it says of them."""
    line = re.search(r"^difference\s+(.+?)\s{2,}ahead in (\d) of (\d)$", text, re.M)
    differences = [float(n) for n in line[1].split()]
    assert sum(d > 0 for d in differences) <= int(line[2]) + 1  # rounded to 0.0
    assert len(differences) == int(line[3])
    return differences


def test_a_picture_has_a_hundred_times_less_to_teach_a_head(chapter):
    text = chapter.text("price-counted")
    numbers = [int(n.replace(",", "")) for n in re.findall(r"([\d,]+)$", text, re.M)]
    assert numbers == [4_652_008, 23_260, 12_810, 64]


def test_a_frozen_weight_stays_and_the_head_moves_the_same(chapter):
    text = chapter.text("step-by-hand")
    assert "y = 3, gradient of b 12, of a 3" in text
    assert "frozen: a = 2.000, b = 0.380" in text
    assert "free  : a = 1.970, b = 0.380" in text


def test_the_features_are_those_of_the_network(chapter):
    text = chapter.text("cache-computed")
    assert "features (400, 1280)" in text
    assert "maps     (400, 112, 4, 4)" in text


def test_five_ways_are_compared_over_four_numbers_of_labels_and_three_seeds(chapter):
    ways = ("pixels", "random base", "from scratch", "frozen", "fine-tuned")
    rows = columns(chapter.text("curve-table"), *ways)
    for numbers in rows.values():
        means = numbers[::2]
        assert len(means) == 4
        assert means[-1] > means[0] + 10, "more labels help"
        assert all(20 < mean < 95 for mean in means)
    assert "3 seeds" in chapter.text("curve-table")


def test_what_imagenet_taught_is_worth_something(chapter):
    rows = columns(chapter.text("curve-table"), "random base", "frozen")
    frozen, untaught = rows["frozen"][::2], rows["random base"][::2]
    assert np.mean(frozen) > np.mean(untaught)


def test_batch_normalisation_moves_where_the_page_says(chapter):
    number = r"0 → (-?[\d.]+), shift 0 → (-?[\d.]+)"
    rows = re.findall(rf"(?:True|False) +{number} +{number}", chapter.text("norm-four"))
    moved = [[float(n) != 0 for n in row] for row in rows]
    means, shifts = [row[::2] for row in moved], [row[1::2] for row in moved]
    assert means == [[True, True], [True, False], [False, False], [False, False]]
    assert shifts == [[True, True], [True, True], [False, False], [False, False]]


def test_in_pytorch_running_means_move_without_gradients(chapter):
    text = chapter.text("norm-torch")
    means = [float(n) for n in re.findall(r"means moved by (\d+\.\d+)", text)]
    assert means[0] == 0 < means[1]
    assert re.findall(r"weights moved by (\d+\.\d+)", text) == ["0.000", "0.000"]


def test_a_range_that_only_the_test_pictures_have_costs_most(chapter):
    rows = columns(chapter.text("range-measured"), "−1 to 1, as trained", "0 to 255")
    right, wrong = rows["−1 to 1, as trained"], rows["0 to 255"]
    assert right[0] == right[2]
    assert wrong[2] < right[2] - 20
    assert wrong[2] < wrong[0]


def test_a_rate_that_was_not_lowered_costs_accuracy(chapter):
    assert max(pairs(chapter.text("rate-measured"))) < 0


def test_small_steps_are_too_small_for_a_new_head(chapter):
    assert max(pairs(chapter.text("headfirst-measured"))) < 0


@pytest.mark.parametrize("cell", ["trap-trials", "groups-measured"])
def test_traps_are_compared_in_pairs(chapter, cell):
    assert len(pairs(chapter.text(cell))) == 3


def test_large_steps_make_it_forget(chapter):
    text = chapter.text("forgetting-measured")
    shares = [int(n) for n in re.findall(r"(\d+)%$", text, re.M)]
    assert shares[0] == 100 >= shares[1] > shares[2]


def test_augmentation_changes_training_pictures_alone(chapter):
    text = chapter.text("augment-torch-define")
    train, test = (int(n) for n in re.findall(r"(\d+) different", text))
    assert train > 10
    assert test == 1


def test_the_best_epoch_is_kept_and_a_break_costs_nothing(chapter):
    text = chapter.text("stop-run")
    run, best = (int(n) for n in re.findall(r"\d+", text.splitlines()[0]))
    assert best < run < 60
    assert text.count("has the best epoch's loss again") == 2
    whole, alone = (
        float(n) for n in re.findall(r"differs by (\S+)", chapter.text("resume"))
    )
    assert whole < 1e-4 < alone


def test_exported_networks_answer_the_same(chapter):
    assert "the same probabilities; 1 picture: (1, 10)" in chapter.text("export-torch")
    assert "the same probabilities" in chapter.text("export-keras-run")


def test_the_lectures_run_is_not_made_at_short_scale(chapter):
    text = chapter.text("lecture-run")
    assert "Not run" in text
    assert "0.88, then 0.94" in text


def test_on_photographs_the_taught_base_is_far_ahead(chapter):
    text = chapter.text("photos-live-table")
    if not text:
        assert "Not run" in chapter.text("photos-live")
        return
    rows = columns(text, "pixels", "random base", "frozen")
    means = {way: numbers[::2] for way, numbers in rows.items()}
    for labels in (1, 2):
        others = max(means["pixels"][labels], means["random base"][labels])
        assert means["frozen"][labels] > others + 8


def test_photographs_are_shown_or_said_to_be_missing(chapter):
    text = chapter.text("photos-drawn")
    assert "Cut-outs on photographs: 584 training" in text or (
        "sudo apt install tuxpaint-stamps-default" in text
    )
    record = runs.read("transfer-photographs")
    text = chapter.text("photos-record")
    if record is None:
        assert "No run on photographs is recorded" in text
    else:
        assert f"{len(record['runs'])} seeds" in text
        for one in record["runs"]:  # what the page says about it
            for labels in ("5", "10", "20"):
                row = one["rows"][labels]
                scratch = (
                    row["small CNN from scratch"],
                    row["same network from scratch"],
                )
                assert row["frozen"] > max(scratch)
            more = one["rows"]["20"]["fine-tuned"] - one["rows"]["20"]["frozen"]
            assert 0.02 <= more <= 0.03
        for row in (row for one in record["runs"] for row in one["rows"].values()):
            assert row["small CNN from scratch"] > row["same network from scratch"]
        pairs = [one["rows"]["2"] for one in record["runs"]]
        assert any(r["frozen"] <= r["small CNN from scratch"] for r in pairs)


class Flowers:
    """Stands for tensorflow_datasets: 20 pictures of several sizes in 5 classes."""

    def __init__(self):
        self.asked = []

    def load(self, name, split, as_supervised, with_info):
        import tensorflow as tf

        self.asked.append((name, tuple(split), as_supervised, with_info))
        rng = np.random.default_rng(0)
        pictures = [
            (rng.integers(0, 256, (60 + k, 90 - k, 3)).astype(np.uint8), k % 5)
            for k in range(20)
        ]

        def part(text):
            first, last = (
                int(n) if n else None for n in SHARE.fullmatch(text).groups()
            )
            chosen = pictures[(first or 0) * 20 // 100 : (last or 100) * 20 // 100]
            signature = (
                tf.TensorSpec((None, None, 3), tf.uint8),
                tf.TensorSpec((), tf.int64),
            )
            return tf.data.Dataset.from_generator(
                lambda: iter(chosen), output_signature=signature
            )

        label = SimpleNamespace(num_classes=5)
        info = SimpleNamespace(features={"label": label})
        return [part(text) for text in split], info


def test_the_lectures_run_works_on_a_stand_in_without_weights():
    import keras
    import nbformat
    import tensorflow as tf
    from keras import layers

    path = ROOT / "chapters" / "09-transfer-learning.ipynb"
    sources = {c.id: c.source for c in nbformat.read(str(path), 4).cells}
    namespace = {"keras": keras, "tf": tf, "layers": layers}
    for cell in ("lecture-define", "lecture-phases"):
        exec(compile(sources[cell], cell, "exec"), namespace)
    tfds = Flowers()
    test, valid, train, classes = namespace["flowers"](tfds, 71)
    sizes = [sum(len(y) for _, y in each) for each in (test, valid, train)]
    assert (sizes, classes) == ([2, 3, 15], 5)
    model, base = namespace["lecture_model"](5, 71, None)
    assert base.count_params() == 20_861_480  # Xception's 22,910,480 without its head
    assert model.count_params() == base.count_params() + 2048 * 5 + 5
    tested, phases = namespace["lecture_run"](tfds, None, 71, (1, 1))
    assert 0 <= tested <= 1
    assert [len(values) for values in phases] == [1, 1]
    assert tfds.asked[0][0] == "tf_flowers"
