"""Chapter 10 shows the lecture's figures, and what it says about them is so."""

import re
from types import SimpleNamespace

import nbformat
import numpy as np
import pytest
import tensorflow as tf

from convbook import runs
from tests.chapters.reading import numbers
from tools.notebooks import ROOT


@pytest.fixture(scope="module")
def chapter(executed):
    return executed("10-unet")


def rows(text):
    """Read printed rows: a name, two or more spaces, numbers."""
    found = {}
    for line in text.splitlines():
        if hit := re.match(r"(\S.*?)\s\s+(-?[\d.].*)", line):
            found[hit[1]] = numbers(hit[2])
    return found


def test_the_run_is_short_and_says_so(chapter):
    assert chapter.text("scale").startswith("Short run")
    assert "Short run" in chapter.text("train-run")


def test_the_scene_has_two_objects_of_one_class(chapter):
    text = chapter.text("tasks-labels")
    assert "classes   [5, 7]" in text
    assert "values [0, 6, 8]" in text
    assert "values [0, 1, 2, 3]" in text
    (boxes,) = re.findall(r"^boxes .*$", text, re.M)
    assert len(re.findall(r"\[\d+, \d+, \d+, \d+\]", boxes)) == 3


def test_pools_let_fewer_convolutions_see_further(chapter):
    seen = [int(n) for n in re.findall(r"sees (\d+)", chapter.text("motive-count"))]
    assert seen == [25, 32]
    assert "12×12" in chapter.text("motive-count")


def test_the_row_enlarged_by_hand_is_right(chapter):
    assert "[2 4 7 2 6 6 9]" in chapter.text("enlarge-by-hand")
    assert chapter.text("enlarge-equal").count("all equal") == 4
    text = chapter.text("enlarge-frameworks")
    assert "(2, 3, 4, 5) → (2, 8, 9, 2)" in text
    assert "transposed gives the same" in text


def test_the_lectures_rule_holds_for_even_n_and_for_no_odd_one(chapter):
    lines = [
        line.split() for line in chapter.text("rule-sizes").splitlines()[1:] if line
    ]
    assert len(lines) == 9
    for n, kernel, stride, padding, size, wanted, *no in lines:
        n, size, wanted = int(n), int(size), int(wanted)
        assert (int(kernel), int(stride)) == (2 * n, n)
        assert wanted == 7 * n
        assert size == 6 * n + 2 * n - 2 * int(padding)
        assert (no == []) == (n % 2 == 0) == (size == wanted)


def test_output_padding_moves_an_odd_enlargement_by_half_a_pixel(chapter):
    lines = chapter.text("rule-shift").splitlines()[1:]
    off = {int(line.split()[0]): abs(float(line.split()[2])) for line in lines}
    assert off == {2: 0, 3: 0.5, 4: 0, 5: 0.5}


def test_a_kernel_that_the_stride_does_not_divide_makes_a_checkerboard(chapter):
    heard = re.findall(r"output: (\[.+\])", chapter.text("boards"))
    assert heard == ["[1, 2, 4]", "[4]", "[9]"]


def test_a_shorter_code_loses_more(chapter):
    found = re.findall(
        r"^ *(\d+|none) +([\d.]+)", chapter.text("autoencoder-run"), re.M
    )
    errors = [float(error) for _, error in found]
    assert [name for name, _ in found] == ["32", "8", "2", "none"]
    assert errors == sorted(errors)
    assert errors[0] < errors[2] / 2


def test_networks_enlarge_digits_better_and_photographs_worse_than_formulas(chapter):
    found = rows(chapter.text("super-compare"))
    formulas = [found[name] for name in ("nearest", "bilinear", "bicubic")]
    networks = [found[f"network {seed}"] for seed in range(3)]
    assert min(n[0] for n in networks) > max(f[0] for f in formulas) + 1
    assert max(n[1] for n in networks) < min(f[1] for f in formulas)


def test_both_frameworks_have_117243_parameters_and_the_same_logits(chapter):
    text = chapter.text("unet-counts")
    assert "all      117,243, without skips 117,243" in text
    parts = [numbers(line) for line in text.splitlines()[:4]]
    assert sum(map(sum, parts)) == 117_243
    assert "(1, 1, 48, 48) → (1, 11, 48, 48)" in text
    assert "50×50: Sizes of tensors must match" in text
    equal = chapter.text("unet-equal")
    assert "PyTorch 117,243, Keras 117,243" in equal
    assert "320 running means and variances" in equal
    assert "the same logits for every pixel" in equal


def test_a_black_mask_is_nine_tenths_right_and_finds_nothing(chapter):
    found = rows(chapter.text("lies-black"))
    accuracy, iou, dice = found["all background"]
    assert accuracy == pytest.approx(0.9, abs=0.02)
    assert iou == pytest.approx(accuracy / 11, abs=0.006)
    assert dice < 0.1
    assert found["the truth itself"] == [1, 1, 1]


def test_an_absent_class_gives_one_answer_four_scores(chapter):
    lines = chapter.text("lies-absent").splitlines()[-5:]
    scores = [numbers(line)[-1] for line in lines]
    assert scores == [1.0, 0.67, 0.18, 0.91, 1.0]


def test_means_over_batches_differ_from_the_pooled_score(chapter):
    found = rows(chapter.text("lies-batches"))
    means = [found[f"mean over batches of {n}"] for n in (1, 4, 16, 64)]
    pooled = found["all pixels in one table"]
    assert {row[0] for row in means} <= {pooled[0] - 0.01, pooled[0], pooled[0] + 0.01}
    ious = [row[1] for row in means]
    assert ious == sorted(ious, reverse=True)
    assert ious[0] > pooled[1] + 0.1


def test_labels_resized_like_pictures_get_classes_that_nobody_gave(chapter):
    found = dict(re.findall(r"(\w+) +classes (\[.+\])", chapter.text("lies-labels")))
    assert found["nearest"] == "[0, 9]"
    assert len(numbers(found["bilinear"])) > 4


def test_each_loss_punishes_another_answer(chapter):
    lines = chapter.text("losses-answers").splitlines()
    found = {name: numbers(line[16:]) for line in lines for name in [line[:16].strip()]}
    black, half, fat = (
        found[k] for k in ("all background", "right, half sure", "too fat")
    )
    assert black[0] < half[0]
    assert black[1] > 2 * max(half[1], fat[1])
    assert black[2] > max(half[2], fat[2])
    assert fat[1] < min(fat[0], fat[2])


def test_plain_cross_entropy_stays_behind_at_first(chapter):
    found = rows(chapter.text("losses-train"))
    for loss in ("weighted 0.3", "Dice"):
        for seed in range(3):
            assert found[loss][3 + seed] > found["cross-entropy"][3 + seed]
    assert min(found["cross-entropy"][:3]) > 0.85


def test_the_short_run_reaches_six_tenths_on_unseen_digits(chapter):
    found = rows(chapter.text("train-run").replace("accuracy ", "accuracy  "))
    assert found["mean IoU"][0] >= 0.60
    assert found["pixel accuracy"][0] > 0.95
    assert found["mean Dice"][0] > found["mean IoU"][0]


def test_the_middle_of_the_list_is_better_than_its_end(chapter):
    assert chapter.images("train-drawn")
    assert "most pixels mixed up" in chapter.text("train-classes")


def test_skips_raise_the_iou_in_every_pair(chapter):
    text = chapter.text("skips-run")
    pairs = [numbers(line) for line in text.splitlines()[2:]]
    assert len(pairs) == 3
    for _, with_skips, without, difference in pairs:
        assert difference == pytest.approx(with_skips - without, abs=0.011)
        assert difference > 0.01


def test_the_originals_572_become_388(chapter):
    text = chapter.text("original-sizes")
    assert "572×572 → 388×388" in text
    kept = [int(n) for n in re.findall(r"(\d+) kept", text)]
    cut = [int(n) for n in re.findall(r"(\d+) a side", text)]
    assert kept == [568, 280, 136, 64]
    assert cut == [4, 16, 40, 88]


def test_the_lectures_variant_keeps_its_sizes(chapter):
    text = chapter.text("variant")
    assert "down  (6, 32, 32)" in text
    assert "out   (6, 32, 32)" in text
    assert "5×5, 3 → 6 channels: 456 parameters" in text


def test_unet_plus_plus_has_more_nodes_and_few_more_parameters(chapter):
    lines = chapter.text("plusplus-count").splitlines()[1:]
    table = {int(n[0]): n[1:] for n in map(numbers, lines)}
    assert table[3][:3] == [5, 117_243, 6]
    assert [table[k][2] for k in (3, 4, 5)] == [6, 10, 15]
    for _, plain, _, nested in table.values():
        assert plain < nested < 1.25 * plain


def test_a_record_that_is_there_is_told_with_its_length(chapter):
    text = chapter.text("record-read")
    for task in ("digits", "photos"):
        record = runs.read(f"segmentation-{task}")
        if record is None:
            words = {"digits": "digit", "photos": "photo"}[task]
            assert f"No run on {words} scenes is recorded" in text
            continue
        for one in record["runs"]:
            assert f"seed {one['seed']}, {one['steps']:,} steps" in text
            assert (one["steps"] < 20_000) == (
                f"{one['steps']:,} steps (a reduced run" in text
            )
            assert f"mean IoU {one['mean_iou']:.2f}" in text


@pytest.mark.skipif(
    runs.read("segmentation-digits") is None, reason="no run is recorded"
)
def test_the_recorded_weights_are_better_than_the_short_run(chapter):
    found = float(re.search(r"mean IoU ([\d.]+)", chapter.text("record-digits"))[1])
    record = runs.read("segmentation-digits")["runs"][0]
    assert found == pytest.approx(record["mean_iou"], abs=0.03)
    short = rows(chapter.text("train-run"))["mean IoU"][0]
    assert found > short


def test_the_weights_that_ship_are_small():
    sizes = [path.stat().st_size for path in runs.RESULTS.glob("segmentation-*.npz")]
    assert sum(sizes) <= 500_000


class Pets:
    """Stands for tensorflow_datasets: a few photographs with masks of 1, 2 and 3."""

    @staticmethod
    def load(name, split):
        assert name == "oxford_iiit_pet"

        rng = np.random.default_rng(len(split))
        masks = rng.integers(1, 4, size=(20, 40, 50, 1), dtype=np.uint8)
        pictures = rng.integers(256, size=(20, 40, 50, 3), dtype=np.uint8)
        return tf.data.Dataset.from_tensor_slices(
            {"image": pictures, "segmentation_mask": masks}
        )


def test_the_cell_for_pets_runs_on_a_stand_in(monkeypatch, capsys):
    """The network is not reached: what the cell does with the data is what is tested."""
    notebook = nbformat.read(str(ROOT / "chapters" / "10-unet.ipynb"), as_version=4)
    cells = {cell.id: cell for cell in notebook.cells}
    assert "skip-execution" in cells["pet"].metadata.tags
    monkeypatch.setitem(__import__("sys").modules, "tensorflow_datasets", Pets)
    given = {"device": "cpu", "run": SimpleNamespace(steps=14)}
    needed = ["imports", "count-pixels", "losses-define", "unet-torch", "unet-batch"]
    for name in [*needed, "answers", "pet"]:
        exec(compile(cells[name].source, name, "exec"), given)
    pictures, masks = next(given["pet_batches"]("train").as_numpy_iterator())
    assert pictures.shape == (16, 96, 96, 3)
    assert 0 <= pictures.min() < pictures.max() <= 1
    assert masks.shape == (16, 96, 96)
    assert set(np.unique(masks)) == {0, 1}  # by the nearest pixel, no value between
    assert "IoU of background and animal" in capsys.readouterr().out


@pytest.mark.skipif(
    runs.read("segmentation-digits") is None, reason="no run is recorded"
)
def test_what_is_lost_is_told_apart_into_classes_and_the_rest(chapter):
    lines = chapter.text("ceiling-run").splitlines()[1:]
    table = np.array([line.split() for line in lines if line.strip()], dtype=float)
    noise, knows, network, true_class = table.T
    assert noise.tolist() == [0, 0.04, 0.08]
    assert (np.diff(knows) < 0).all()
    assert knows[2] < true_class[2]
    assert true_class[2] - network[2] == pytest.approx(0.07, abs=0.005)
    assert 1 - true_class[[2, 0]] == pytest.approx([0.12, 0.09], abs=0.005)
