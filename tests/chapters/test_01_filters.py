"""Chapter 1 shows the lecture's figures, and what it says about them is so."""

import re

import numpy as np
import pytest
from scipy.signal import correlate2d

from tests.chapters.reading import matrix


@pytest.fixture(scope="module")
def chapter(executed):
    return executed("01-filters")


def table(text):
    """Read a printed table: a header, then rows of a name and numbers."""
    rows = {}
    for line in text.splitlines()[1:]:
        if found := re.fullmatch(r"(\S.*?)((?:\s+-?[\d.]+)+)\s*", line):
            rows[found[1].strip()] = [float(n) for n in found[2].split()]
    return rows


def number_after(words, text):
    found = re.search(re.escape(words) + r"\s*(-?[\d.,]+(?:e-?\d+)?)", text)
    assert found, f"{words!r} is not in {text!r}"
    return float(found[1].replace(",", ""))


def test_only_the_plus_gets_the_highest_response_to_the_plus_filter(chapter):
    assert "sum of the nine products: 5" in chapter.text("plus-filter")
    text = chapter.text("all-patterns")
    assert number_after("patterns tried:", text) == 512
    assert number_after("highest response:", text) == 5
    assert number_after("patterns that reach it:", text) == 1
    assert re.search(r"it is the plus:\s+True", text)


def test_the_plus_is_found_where_it_is_and_where_it_moves(chapter):
    text = chapter.text("slide")
    assert re.search(r"picture\s+\(9, 13\)", text)
    assert re.search(r"response map\s+\(7, 11\)", text)
    assert "highest response 5 at (5, 8)" in text
    assert re.search(
        r"before: 5 at \(5, 8\)\s+after:  5 at \(4, 6\)", chapter.text("shift")
    )


def test_the_misprinted_filter_prefers_a_plus_with_a_speck(chapter):
    rows = table(chapter.text("misprint-responses"))
    assert rows == {"right": [5, 4], "misprinted": [5, 6]}


def test_the_bar_filter_likes_the_bar_and_nothing_else(chapter):
    rows = table(chapter.text("bar-responses"))
    assert rows == {
        "plus": [5, -1],
        "bar": [3, 3],
        "post": [3, -3],
        "cross": [-3, -7],
        "block": [1, -9],
    }


def test_only_a_penalty_of_two_leaves_the_bar_alone_above_zero(chapter):
    lines = chapter.text("penalties").splitlines()[1:]
    assert [list(map(int, line.split())) for line in lines] == [
        [0, 3, 3, 3],
        [-1, 3, 1, -3],
        [-2, 3, -1, -9],
    ]


def test_the_first_value_of_the_lecture_is_4(chapter):
    text = chapter.text("first-value")
    products = [int(a) * int(b) for a, b in re.findall(r"(\d)·(\d)", text)]
    assert len(products) == 9
    assert number_after("sum:", text) == sum(products) == 4


def test_the_whole_result_of_the_lecture(chapter):
    expected = [[4, 3, 4], [2, 4, 3], [2, 3, 4]]
    np.testing.assert_array_equal(matrix(chapter.text("whole-result")), expected)


def test_the_player_plays_the_lectures_example(chapter):
    assert "5 × 5 image, 3 × 3 kernel, stride 1, padding 0 → 3 × 3 output" in (
        chapter.text("player")
    )
    output = re.search(
        r'<table class="cells output".*?</table>', chapter.html("player")
    )
    assert re.findall(r"<span>(.+?)</span>", output[0]) == list("434243234")


def test_the_gaussian_sums_to_273(chapter):
    assert number_after("the Gaussian's numbers sum to", chapter.text("kernels")) == 273


def test_sums_of_one_keep_a_flat_area_and_sums_of_zero_blacken_it(chapter):
    rows = table(chapter.text("kernel-sums"))
    assert rows == {
        "blur": [1, 0.5],
        "Gaussian": [1, 0.5],
        "sharpen": [1, 0.5],
        "edge": [0, 0],
        "vertical edges": [0, 0],
        "horizontal edges": [0, 0],
    }


def test_averaging_leaves_the_root_of_the_squared_weights_of_the_noise(chapter):
    rows = table(chapter.text("noise-left"))
    assert rows["blur"][1] == pytest.approx(1 / 3, abs=0.005)
    for measured, theory in rows.values():
        assert measured == pytest.approx(theory, abs=0.011)


def test_sharpening_turns_3_into_7_and_1_into_minus_3(chapter):
    assert chapter.text("sharpen-by-hand").split("\n")[:2] == [
        "5·3 - 8 = 7",
        "5·1 - 8 = -3",
    ]
    assert len(chapter.images("sharpen-by-hand")) == 2


def test_sharpening_widens_the_range_of_brightness(chapter):
    text = chapter.text("sharpen-two-ways")
    low, high = map(float, re.search(r"before:\s+(\S+) to (\S+)", text).groups())
    lower, higher = map(float, re.search(r"after:\s+(\S+) to (\S+)", text).groups())
    assert lower < 0 <= low < high <= 1 < higher


def test_the_horizontal_filter_sees_the_step_and_the_vertical_one_does_not(chapter):
    horizontal, vertical = chapter.text("step-edge").split("vertical edges:")
    step = np.zeros((6, 6))
    step[:3] = 10
    sobel = np.array([[-1, -2, -1], [0, 0, 0], [1, 2, 1]])
    expected = correlate2d(step, sobel, mode="valid")
    np.testing.assert_array_equal(matrix(horizontal), expected)
    assert expected.min() == -40
    np.testing.assert_array_equal(matrix(vertical), np.zeros((4, 4)))


def test_the_turn_changes_sobel_but_not_the_gaussian(chapter):
    answers = re.findall(r"True|False", chapter.text("turn"))
    assert answers == ["True", "False", "False", "True"]


def test_two_passes_cost_two_f_instead_of_f_squared(chapter):
    rows = re.findall(r"(\d+)×\d+\s+(\d+)\s+(\d+)", chapter.text("two-passes"))
    assert [list(map(int, row)) for row in rows] == [
        [f, f * f, 2 * f] for f in (3, 5, 7, 11, 15)
    ]


def test_the_rounded_gaussian_is_separable_only_nearly(chapter):
    text = chapter.text("gaussian-rank")
    ranks = dict(re.findall(r"(.+?)\s+rank (\d)", text))
    assert ranks == {"blur": "1", "vertical edges": "1", "Gaussian": "3"}
    assert 0 < number_after("second singular value / first:", text) < 0.02
    assert 0 < number_after("largest difference:", text) < 0.01


def test_numpy_keras_and_pytorch_agree_on_the_whole_photograph(chapter):
    assert "picture  (1, 512, 512, 1)" in chapter.text("keras-filter")
    assert "kernel   (3, 3, 1, 1)" in chapter.text("keras-filter")
    assert "picture  (1, 1, 512, 512)" in chapter.text("torch-filter")
    assert "as in Keras: (1, 510, 510, 1)" in chapter.text("torch-filter")
    assert number_after("all three agree on", chapter.text("three-equal")) == 510 * 510


def test_gradient_descent_finds_sobels_filter(chapter):
    first, last = re.search(
        r"loss: (\S+) at first, (\S+) at the end", chapter.text("descend")
    ).groups()
    assert float(last) < float(first) / 1e6
    assert number_after("loss with nine zeros:", chapter.text("predict-function")) == (
        float(first)
    )
    sobel = [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]
    learnt = matrix(chapter.text("descend"))
    np.testing.assert_allclose(learnt, sobel, atol=0.01)
    text = chapter.text("learnt-filter")
    assert number_after("largest difference from Sobel:", text) < 0.01


def test_the_learnt_filter_works_on_a_photograph_it_has_not_seen(chapter):
    text = chapter.text("unseen")
    largest = number_after("largest response:", text)
    assert number_after("largest difference:", text) < largest / 1000


def test_a_dense_layer_needs_a_weight_for_each_pair_of_pixels(chapter):
    text = chapter.text("count-weights")
    assert number_after("weights of a dense layer:", text) == 128**2 * 126**2
    assert number_after("weights of one filter:", text) == 9


def test_every_figure_has_a_text_alternative(chapter):
    for cell in chapter.notebook.cells:
        if cell.cell_type == "code" and chapter.images(cell.id):
            alt = cell.metadata.get("mystnb", {}).get("image", {}).get("alt", "")
            assert len(alt) > 40, cell.id
