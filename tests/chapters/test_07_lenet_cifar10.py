"""Chapter 7 shows the lecture's figures, and what it says about them is so."""

import re

import numpy as np
import pytest


@pytest.fixture(scope="module")
def chapter(executed):
    return executed("07-lenet-cifar10")


def table(text):
    """Read printed rows of a name and numbers, with or without a ± behind a percentage."""
    rows = {}
    for line in text.splitlines():
        if found := re.match(r"(\S.*?)\s\s+(-?[\d.,]+%?)", line):
            numbers = re.findall(r"-?[\d,]*\.?\d+", line[found.start(2) :])
            rows[found[1].rstrip(":")] = [float(n.replace(",", "")) for n in numbers]
    return rows


def test_the_run_is_short_and_on_the_stand_in_and_says_so(chapter):
    text = chapter.text("scale")
    assert text.startswith("Short run")
    assert "a stand-in drawn by convbook, not CIFAR-10" in text
    for cell in [
        "evaluate-define",
        "mode-measured",
        "softmax-curves",
        "inputs-trial",
        "inputs-shuffle",
        "compare-run",
        "keras-equal",
    ]:
        assert "the stand-in for CIFAR-10" in chapter.text(cell), cell


def test_the_perceptron_spends_nine_tenths_on_its_first_layer(chapter):
    text = chapter.text("mlp-count")
    counts = [int(n.replace(",", "")) for n in re.findall(r"([\d,]+)$", text, re.M)]
    assert counts == [307_300, 10_100, 10_100, 10_100, 1_010, 338_610]
    assert "91%" in text


def test_lenet_has_the_lectures_sizes_and_62006_parameters(chapter):
    lines = chapter.text("lenet-sizes").splitlines()[1:]
    rows = {line.split()[0]: line.split()[1:] for line in lines}
    assert [rows[k][0] for k in ("conv1", "pool1", "conv2", "pool2")] == [
        "28×28×6",
        "14×14×6",
        "10×10×16",
        "5×5×16",
    ]
    assert [rows[k][0] for k in ("fc1", "fc2", "fc3")] == ["120", "84", "10"]
    found = {k: int(v[-1].replace(",", "")) for k, v in rows.items()}
    assert found["conv1"] == 6 * (3 * 25 + 1)
    assert found["conv2"] == 16 * (6 * 25 + 1)
    assert found["fc1"] == 120 * 401
    assert found["all"] == 62_006
    assert "62,006" in chapter.text("lenet-define")


def test_hooks_print_every_shape_once_and_are_gone_afterwards(chapter):
    found = re.findall(
        r"^(\w+) +\(.+\) +→ (\(.+\))$", chapter.text("hooks-shapes"), re.M
    )
    assert len(found) == 12
    shapes = dict(found)
    assert shapes["conv1"] == "(1, 6, 28, 28)"
    assert shapes["pool2"] == "(1, 16, 5, 5)"
    assert shapes["flatten"] == "(1, 400)"
    assert shapes["fc3"] == "(1, 10)"


def test_a_cube_is_refused_and_both_ends_give_ten_numbers(chapter):
    text = chapter.text("cube-shown")
    assert "(8, 16, 5, 5)" in text
    assert "(8, 5, 5)" in text
    assert "Error" in text
    ends = re.findall(
        r"(\w+): \(8, 10\), +([\d,]+) parameters", chapter.text("cube-ends")
    )
    assert dict(ends) == {"flatten": "62,006", "average": "3,042"}


def test_only_floats_with_channels_second_are_accepted(chapter):
    text = chapter.text("dataset-refused")
    assert text.count("(8, 10)") == 1
    assert "channels second: (8, 10)" in text


def test_pictures_are_standardised_with_the_training_sets_figures(chapter):
    training, test = re.findall(
        r"mean +(-?[\d.]+), deviation ([\d.]+)", chapter.text("dataset-define")
    )
    assert [abs(float(training[0])), float(training[1])] == [0, 1]
    assert 0 < abs(float(test[0])) < 0.1  # not its own


def test_the_last_batch_is_smaller(chapter):
    assert "5,000 pictures, 79 batches, the last of 8" in chapter.text("loader-batches")


def test_an_untrained_network_costs_about_the_logarithm_of_ten(chapter):
    rows = table(chapter.text("loss-numpy").replace("logarithm of", "log of "))
    numbers = re.findall(r"([\d.]+)$", chapter.text("loss-numpy"), re.M)
    assert rows or numbers
    untrained, logarithm = map(float, numbers)
    assert logarithm == pytest.approx(np.log(10), abs=5e-4)
    assert untrained == pytest.approx(logarithm, abs=0.1)


def test_one_step_lowers_the_loss(chapter):
    before, after = map(float, re.findall(r"\d\.\d+", chapter.text("step-five-lines")))
    assert after < before


def test_gradients_add_up_without_zero_grad(chapter):
    leaves = re.findall(r"leaves (\d+)", chapter.text("zero-grad-numbers"))
    assert [int(n) for n in leaves] == [6, 12, 18, 6, 6, 6]


def test_without_zero_grad_the_loss_hardly_falls(chapter):
    losses = {
        name: [float(n) for n in re.findall(r"\d+\.\d+", line)]
        for name, line in re.findall(
            r"^(\w+).* loss of the last epoch: (.+)$",
            chapter.text("zero-grad-curves"),
            re.M,
        )
    }
    assert len(losses["with"]) == len(losses["without"]) == 3
    assert max(losses["with"]) < 0.5 * min(losses["without"])
    rows = table(chapter.text("evaluate-define"))
    assert rows["with zero_grad"][0] > rows["without"][0] + 30


def test_training_mode_falsifies_an_evaluation(chapter):
    rows = {}
    for line in chapter.text("mode-measured").splitlines():
        if found := re.findall(r"(-?[\d.]+)% ± ([\d.]+)%", line):
            rows[re.split(r"  +", line)[0]] = [tuple(map(float, f)) for f in found]
    paired = {name: found[1] for name, found in rows.items() if len(found) == 2}
    for name in ["dropout, batches of 64", "batch norm, batches of 4"]:
        mean, half = paired[name]
        assert mean < -2 and mean + half < 0, name  # in each pair
    large, _ = paired["batch norm, batches of 64"]
    assert abs(large) < 3
    assert paired["batch norm, class by class"][0] < -10
    assert re.findall(r"means: (\w+)", chapter.text("mode-damage")) == ["False", "True"]


def test_adding_tensors_remembers_ten_batches_and_adding_numbers_none(chapter):
    text = chapter.text("no-grad-measured")
    one = int(re.search(r"after 1: (\d+)", text)[1])
    found = dict(re.findall(r"^(add_\w+) +(\d+)$", text, re.M))
    assert one > 10
    assert int(found["add_tensors"]) > 5 * one
    assert found["add_numbers"] == found["add_without_gradients"] == "0"


def test_one_batch_is_learnt_by_heart_unless_the_optimizer_holds_other_weights(chapter):
    losses = re.findall(r"loss ([\d.]+) → ([\d.]+)", chapter.text("one-batch-run"))
    (_, right), (before, wrong) = [tuple(map(float, pair)) for pair in losses]
    assert right < 0.2
    assert wrong == before


def test_the_best_epoch_is_kept_and_tested_once(chapter):
    rows = re.findall(
        r"^ +(\d) +([\d.]+) +([\d.]+)%(  best so far)?$",
        chapter.text("watch-run"),
        re.M,
    )
    assert [int(row[0]) for row in rows] == [1, 2, 3, 4, 5]
    accuracies = [float(row[2]) for row in rows]
    kept = int(re.search(r"epoch (\d) is kept", chapter.text("watch-run"))[1])
    assert accuracies[kept - 1] == max(accuracies)
    assert rows[kept - 1][3]
    assert "4,500 pictures to learn from, 500 to choose by" in chapter.text(
        "watch-split"
    )


def test_a_run_that_was_stopped_goes_on_to_the_same_weights(chapter):
    straight = chapter.text("watch-run").splitlines()[1:6]
    assert chapter.text("resume").splitlines()[1:] == straight[:3]
    text = chapter.text("resume-shown")
    whole, half = (float(x) for x in re.findall(r"stop: (\S+)", text))
    assert whole == 0 < half
    assert text.splitlines()[1:3] == straight[3:]
    assert chapter.images("augment-drawn")


def test_a_second_softmax_costs_accuracy_and_keeps_the_loss_above_its_floor(chapter):
    floor, worst, formula = map(
        float, re.findall(r"(\d\.\d+)$", chapter.text("softmax-floor"), re.M)
    )
    assert floor == formula == pytest.approx(np.log(np.e + 9) - 1, abs=5e-4)
    assert worst == pytest.approx(floor + 1, abs=1e-3)
    rows = table(chapter.text("softmax-curves"))
    assert rows["logits"][0] > rows["softmax twice"][0] + 5


def test_standardised_and_shuffled_inputs_are_learnt_best(chapter):
    rows = table(chapter.text("inputs-trial"))
    plain = max(rows["0 to 255"][0], rows["0 to 1"][0])
    assert rows["standardised"][0] > plain + 3
    assert rows["0 to 1"][0] < rows["0 to 255"][0] + 3  # the range alone does not help
    assert rows["0 to 1, centred"][0] > rows["0 to 1"][0] + 3
    assert rows["standardised"][0] > rows["0 to 1, centred"][0] + 3
    rows = table(chapter.text("inputs-shuffle"))
    assert rows["shuffled"][0] > rows["class by class"][0] + 40


def test_pictures_elsewhere_are_refused_and_to_returns_a_copy(chapter):
    text = chapter.text("device-mismatch")
    assert "Error" in text
    assert "leaves x on the cpu" in text
    assert "moved: meta (64, 10)" in text


def test_lenet_wins_with_a_fifth_of_the_parameters(chapter):
    rows = table(chapter.text("compare-run"))
    parameters = {name: row[0] for name, row in rows.items()}
    assert parameters == {"perceptron": 338_610, "LeNet-5": 62_006, "averaging": 3_042}
    accuracy, spread = ({k: v[i] for k, v in rows.items()} for i in (3, 4))
    assert accuracy["LeNet-5"] > 80
    assert accuracy["LeNet-5"] > accuracy["averaging"] + 20
    assert accuracy["averaging"] > accuracy["perceptron"] > 15
    assert all(half > 0 for half in spread.values())


def test_the_confusion_matrix_agrees_with_the_accuracy(chapter):
    right = float(re.search(r"right: ([\d.]+)%", chapter.text("confusion-counted"))[1])
    rows = table(chapter.text("keras-equal"))
    assert rows["PyTorch"] == rows["Keras, fc1 reordered"] == [right]
    assert right > 80


def test_weights_carried_in_the_wrong_order_are_worth_a_guess(chapter):
    assert table(chapter.text("keras-equal"))["Keras, fc1 as it is"][0] < 25
    assert re.findall(r"\d+", chapter.text("keras-order")) == ["82", "115"]


def test_a_saved_network_answers_the_same_and_a_trap_is_refused(chapter):
    text = chapter.text("save-load")
    assert "10 arrays" in text
    assert "the same answers" in text
    text = chapter.text("save-trap")
    assert text.count("printed by the file") == 1
    assert "refuses it: UnpicklingError" in text


def test_the_full_run_is_shown_or_said_to_be_missing(chapter):
    text = chapter.text("full-record")
    assert "No full run on CIFAR-10 is recorded" in text or "test accuracy" in text
