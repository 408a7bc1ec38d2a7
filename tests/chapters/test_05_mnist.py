"""Chapter 5 shows the lecture's networks and figures, and what it says about them is so."""

import re

import numpy as np
import pytest

from tests.chapters.reading import numbers


@pytest.fixture(scope="module")
def chapter(executed):
    return executed("05-mnist")


def spreads(text):
    """Read printed rows of a name, a mean and half a range."""
    found = re.findall(r"^(\S.*?) +([01]\.\d+) ± (\d\.\d+)$", text, re.MULTILINE)
    return {name: (float(mean), float(half)) for name, mean, half in found}


def test_the_scale_and_the_data_are_named(chapter):
    text = chapter.text("scale-chosen")
    assert text.startswith("Short run")
    assert "4,000 training and 1,000 test pictures" in text


def test_pictures_become_floats_with_a_channel_and_labels_one_hot(chapter):
    assert "uint8  from 0 to 255" in chapter.text("prepare-raw")
    text = chapter.text("prepare-steps")
    assert "x_train (4000, 28, 28, 1) float32 0.0 to 1.0" in text
    assert "y_train (4000, 10)" in text
    for label, row in re.findall(r"^(\d) → ([01 ]+)$", text, re.MULTILINE):
        assert row.split().index("1") == int(label)
        assert row.count("1") == 1


def test_the_perceptron_has_7850_parameters_of_which_7840_are_weights(chapter):
    text = chapter.text("perceptron-count")
    assert "(784, 10) = 7,840" in text
    assert "parameters 7,850" in text


def test_softmax_and_cross_entropy_by_hand(chapter):
    rows = re.findall(
        r"^ +(\d) +(\d\.\d\d) +(0\.\d{3})$", chapter.text("softmax-by-hand"), re.M
    )
    powers = np.exp([2, 1, 0])
    np.testing.assert_allclose([float(r[1]) for r in rows], powers, atol=0.005)
    p = powers / powers.sum()
    np.testing.assert_allclose([float(r[2]) for r in rows], p, atol=5e-4)
    losses = [
        float(n)
        for n in re.findall(r"= (.+)$", chapter.text("cross-entropy-by-hand"), re.M)
    ]
    expected = [-np.log(p[0]), -np.log(p[2]), np.log(10)]
    np.testing.assert_allclose(losses, expected, atol=5e-4)


def test_three_frameworks_agree_and_a_step_lowers_the_loss(chapter):
    assert "the same in NumPy, Keras and PyTorch" in chapter.text("three-equal-shown")
    before, after = re.findall(r"\d\.\d{3}", chapter.text("step-shown"))
    assert float(after) < float(before)


def test_two_softmaxes_leave_a_loss_that_cannot_fall(chapter):
    text = chapter.text("twice-shown")
    largest = np.e / (np.e + 9)
    assert f"1.000 → {largest:.3f}" in text
    assert re.search(r"large logits: +0\.000", text)
    assert f"probabilities: {-np.log(largest):.3f}" in text


def test_the_perceptron_reads_most_digits(chapter):
    train, test = re.findall(r"0\.\d{3}", chapter.text("train-function"))
    assert 0.8 < float(test) < 0.93
    assert float(train) > 0.8


def test_the_mlps_have_the_lectures_parameters(chapter):
    text = chapter.text("hidden-count")
    assert numbers(text.splitlines()[1])[-3:] == [78_500, 1_010, 79_510]
    assert numbers(text.splitlines()[2])[-3:] == [401_920, 5_130, 407_050]


def test_a_hidden_layer_without_activation_is_worth_nothing(chapter):
    assert "79,510 parameters do what 7,850 can" in chapter.text("activation-none")
    rows = {
        name.strip(): float(mean)
        for name, mean in re.findall(
            r"^(.{18}) +[\d,]+  (0\.\d+) ±", chapter.text("activation-compare"), re.M
        )
    }
    assert len(rows) == 5
    assert rows["100, ReLU"] > rows["784→10"] + 0.005
    assert rows["100, sigmoid"] < rows["100, ReLU"]
    assert rows["100, sigmoid twice"] < rows["100, ReLU"]


def test_the_cnn_has_the_lectures_parameters_layer_by_layer(chapter):
    text = chapter.text("cnn-table")
    counts = [320, 9_248, 0, 18_496, 36_928, 0, 0, 65_600, 650, 131_242]
    found = [int(numbers(line)[-1]) for line in text.splitlines()[:-1]]
    assert found == counts
    assert text.rstrip().endswith("= 131242")
    for shape in ["26×26×32", "24×24×32", "12×12×32", "10×10×64", "8×8×64", "4×4×64"]:
        assert shape in text


def test_the_slides_table_is_shifted_by_a_row(chapter):
    text = chapter.text("slide-compared")
    assert "10 on the slide, 9 in the network" in text
    wrong = re.findall(r"^(\S+) +(\S+) +0  no such layer$", text, re.MULTILINE)
    assert wrong == [("Conv2D", "12×12×32"), ("MaxPooling2D", "10×10×32")]
    assert text.count("no such layer") == 2
    assert "not on the slide: MaxPooling2D 12×12×32 0" in text
    assert "total 131,242" in text


def test_the_smaller_cnn_is_counted_and_its_dense_layers_are_one(chapter):
    found = [int(numbers(x)[-1]) for x in chapter.text("small-build").splitlines()]
    assert [n for n in found if n] == [
        60,
        330,
        880,
        2_320,
        94_200,
        10_164,
        850,
        108_804,
    ]
    assert "108,804 parameters do what 11,440 can" in chapter.text("small-linear")


def test_the_cnn_learns_and_the_lectures_figures_stand_beside(chapter):
    text = chapter.text("run-fit")
    assert "938 in the lecture, 63 here" in text
    rows = [numbers(line) for line in text.splitlines()[3:]]
    assert [row[1] for row in rows] == [0.1428, 0.0409, 0.0285, 0.0219, 0.0178]
    assert [row[2] for row in rows] == [0.9557, 0.9875, 0.9914, 0.9934, 0.9950]
    losses, train, test = np.array([row[3:] for row in rows]).T
    assert losses[-1] < losses[0] / 5
    assert test[0] > train[0]
    assert train[-1] > test[-1] > 0.94
    assert chapter.images("run-curves")


def test_the_cnn_is_ahead_of_the_mlp_after_as_many_epochs(chapter):
    text = chapter.text("rival-trained")
    assert text.startswith("5 epochs, one seed, 1,000 test digits")
    (mlp, mlp_right), (cnn, cnn_right) = (
        numbers(line) for line in text.splitlines()[1:]
    )
    assert (mlp, cnn) == (407_050, 131_242)
    assert cnn_right > mlp_right


def test_no_full_run_is_made_up(chapter):
    text = chapter.text("run-record")
    assert "No full run" in text or re.search(r"seed \d+: test accuracy 0\.99", text)
    assert "This short run: test accuracy 0.9" in text


def test_the_network_is_surer_where_it_is_right_and_too_sure_where_it_is_not(chapter):
    text = chapter.text("mistakes-confusion")
    found = re.search(r"right: (\d+) of (\d+), wrong: (\d+)", text)
    right, total, wrong = map(int, found.groups())
    assert right + wrong == total == 1000
    text = chapter.text("mistakes-drawn")
    sure_right, sure_wrong = (float(n) for n in re.findall(r": (0\.\d{3})", text))
    assert sure_right > sure_wrong + 0.1 > 0.5


def test_shuffled_pixels_are_nothing_to_an_mlp_and_much_to_a_cnn(chapter):
    assert "the same answers" in chapter.text("shape-proof")
    rows = spreads(chapter.text("shape-train"))
    mlp, mlp_shuffled = rows["MLP as they are"], rows["MLP shuffled"]
    cnn, cnn_shuffled = rows["CNN as they are"], rows["CNN shuffled"]
    assert abs(mlp[0] - mlp_shuffled[0]) <= mlp[1] + mlp_shuffled[1] + 0.005
    assert cnn[0] - cnn[1] > cnn_shuffled[0] + cnn_shuffled[1] + 0.02
    assert cnn[0] > mlp[0] > cnn_shuffled[0]


def test_the_cnn_holds_when_digits_move_and_the_mlp_does_not(chapter):
    rows = spreads(chapter.text("shift-run"))
    mlp = np.array([rows[f"MLP moved by {shift}:"] for shift in range(4)])
    cnn = np.array([rows[f"CNN moved by {shift}:"] for shift in range(4)])
    assert (np.diff(mlp[:, 0]) < 0).all()
    assert (np.diff(cnn[:, 0]) < 0).all()
    assert mlp[3, 0] < 0.45
    assert (cnn[3, 0] - cnn[3, 1]) > (mlp[3, 0] + mlp[3, 1]) + 0.05
    assert cnn[3, 0] < 0.8
    (larger,) = re.findall(
        r"one seed, moved by 3: +(0\.\d+)", chapter.text("shift-run")
    )
    assert float(larger) > cnn[3, 0]


def test_pytorchs_network_counts_answers_and_learns_as_keras_does(chapter):
    assert "320 9248 18496 36928 65600 650 = 131242" in chapter.text("torch-network")
    assert "PyTorch reads 1.0 as Keras does" in chapter.text("torch-copied")
    assert "12 gradients agree" in chapter.text("torch-gradients-equal")
    rows = [numbers(line) for line in chapter.text("torch-train").splitlines()[1:]]
    assert [row[0] for row in rows] == [1, 2, 3, 4, 5]
    assert rows[-1][1] < rows[0][1] / 5
    text = chapter.text("torch-evaluated")
    perceptron, in_keras, in_torch = (float(n) for n in re.findall(r"0\.\d{3}", text))
    assert abs(in_keras - in_torch) < 0.05
    assert min(in_keras, in_torch) > perceptron + 0.02
