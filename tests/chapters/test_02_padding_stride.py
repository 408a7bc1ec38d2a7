"""Chapter 2 shows the lecture's figures, and what it says about them is so."""

import re

import numpy as np
import pytest
from scipy.signal import correlate2d

from tests.chapters.reading import matrix


@pytest.fixture(scope="module")
def chapter(executed):
    return executed("02-padding-stride")


def output(chapter, cell):
    """Read what a player's kernel gives, from its table."""
    table = re.search(r'<table class="cells output".*?</table>', chapter.html(cell))[0]
    rows = [
        re.findall(r"<span>(.+?)</span>", row) for row in table.split("</tr>") if row
    ]
    return np.array(
        [[float(text.replace("−", "-")) for text in row] for row in rows if row]
    )


def test_ten_layers_of_5_take_40_rows_and_31_percent(chapter):
    assert "240×240 becomes 200×200" in chapter.text("shrink")
    assert f"{1 - 200**2 / 240**2:.0%} of the places" in chapter.text("shrink")


def test_the_players_show_the_lectures_sizes(chapter):
    for cell, words in [
        ("player-stride-1", "stride 1, padding 0 → 5 × 5 output"),
        ("player-stride-2", "stride 2, padding 0 → 3 × 3 output"),
        ("player-stride-3", "stride 3, padding 0 → 2 × 2 output"),
        ("player-padding-1", "stride 1, padding 1 → 7 × 7 output"),
    ]:
        assert f"7 × 7 image, 3 × 3 kernel, {words}" in chapter.text(cell)
    assert "never read: row 6 and column 6" in chapter.text("player-stride-3")


def test_a_stride_of_3_gives_the_lectures_2_33_and_two_outputs(chapter):
    assert re.findall(r"= (\S+)", chapter.text("stride-sizes").replace("+ 1 ", "")) == [
        "5",
        "3",
        "2.33",
    ]
    text = chapter.text("misfit-shown")
    assert text.count("2.33 becomes 2") == 2
    by_keras, by_torch = text.split("PyTorch")
    np.testing.assert_array_equal(matrix(by_keras), output(chapter, "player-stride-3"))
    np.testing.assert_array_equal(matrix(by_torch), output(chapter, "player-stride-3"))


def test_the_three_give_what_the_player_shows_for_a_stride_of_2(chapter):
    expected = output(chapter, "player-stride-2")
    assert expected.shape == (3, 3)
    for cell in ["correlate", "keras-conv", "torch-conv", "stride-is-every-second"]:
        np.testing.assert_array_equal(matrix(chapter.text(cell)), expected)
    sizes = re.findall(r"stride .+?: (\(\d, \d\)) in all", chapter.text("stride-equal"))
    assert sizes == ["(5, 5)", "(3, 3)", "(2, 2)", "(3, 5)"]


def test_half_padding_is_1_2_3_for_filters_of_3_5_7(chapter):
    lines = re.findall(
        r"(\d)×\d, p = (\d): (\d+) cells → (\d+) → (\d+)",
        chapter.text("half-padding-sizes"),
    )
    assert [list(map(int, line)) for line in lines] == [
        [3, 1, 7, 9, 7],
        [5, 2, 7, 11, 7],
        [7, 3, 7, 13, 7],
    ]


def test_the_padded_example_of_the_slide(chapter):
    got = matrix(chapter.text("slide-result"))
    assert got[0].tolist() == [-10, 2, 1, -5, 7, 15]
    image = [
        [3, 3, 4, 4, 7, 0],
        [9, 7, 6, 5, 8, 2],
        [6, 5, 5, 6, 9, 2],
        [7, 1, 3, 2, 7, 8],
        [0, 3, 7, 1, 8, 3],
        [4, 0, 4, 3, 2, 2],
    ]
    expected = correlate2d(image, [[1, 0, -1]] * 3, mode="same")
    np.testing.assert_array_equal(got, expected)
    np.testing.assert_array_equal(output(chapter, "slide-player"), expected)
    first, last = matrix(chapter.text("border-columns"))
    assert (first < 0).all() and (last > 0).all()
    assert len(chapter.images("slide-compare")) == 1


def test_half_of_a_small_picture_reads_a_zero(chapter):
    shares = re.findall(r"([\d.]+)% of", chapter.text("border-blur"))
    assert shares == [f"{100 * 24 / 49:.1f}", f"{100 * (1 - 222**2 / 224**2):.1f}"]


def test_the_lectures_formula_and_its_negative_case(chapter):
    rows = [
        [int(number) for number in line.split()]
        for line in chapter.text("same-rule").splitlines()[1:6]
    ]
    assert rows == [
        [7, 3, 1, 7, 1, 1],
        [7, 5, 1, 7, 2, 2],
        [7, 3, 2, 4, 1, 1],
        [6, 3, 2, 3, 0, 1],
        [13, 6, 5, 3, 1, 2],
    ]
    assert "(-1, 0)" in chapter.text("negative-example")
    removed, kept = matrix(chapter.text("negative-keras"))
    assert removed.tolist() == [1, 3, 5]
    assert kept.tolist() == [0, 2, 4]
    negative, of_these = re.search(
        r"negative: (\d+) of 1421 cases\nwith s > f: (\d+)",
        chapter.text("negative-when"),
    ).groups()
    assert int(negative) == int(of_these) > 0
    assert "(0, 0)" in chapter.text("same-padding")


def test_valid_drops_the_last_cells_and_same_reads_them(chapter):
    valid, same = re.findall(r"\[(.+?)\]", chapter.text("same-check"))
    assert [float(n) for n in valid.split()] == [sum(range(6)), sum(range(5, 11))]
    assert [float(n) for n in same.split()] == [
        sum(range(5)),
        sum(range(4, 10)),
        sum(range(9, 13)),
    ]


def test_even_filters_get_their_odd_zero_at_the_end_and_shift_the_picture(chapter):
    text = chapter.text("even-sizes")
    assert re.findall(r"\[.+?\]", text) == ["[6, 8, 10]", "[4, 6, 8]"]
    assert re.findall(r"pads (\(.+?\))", text) == ["(0, 1)", "(1, 2)"]
    text = chapter.text("even-check")
    assert re.findall(r"True|False", text) == ["True", "False"]
    middles = re.findall(r"lies at ([\d.]+)", chapter.text("even-shift"))
    assert [float(middle) for middle in middles] == [6.5, 6, 5.5, 5]


def test_pytorch_refuses_same_with_a_stride_and_its_padding_differs(chapter):
    assert "not supported for strided convolutions" in chapter.text("torch-refuses")
    by_keras, by_torch = chapter.text("torch-differs").split("PyTorch")
    different = np.sum(matrix(by_keras) != matrix(by_torch))
    assert f"different: {different} of 9" in by_torch
    assert different >= 7
    words = re.findall(r"n = +(\d+): (the same|other)", chapter.text("torch-sizes"))
    assert words == [
        (str(n), "the same" if n % 2 else "other") for n in range(5, 11)
    ]  # fmt: skip


def test_numpy_keras_and_pytorch_agree(chapter):
    assert "Keras's numbers" in chapter.text("torch-repaired")
    assert "all three agree in 72 cases" in chapter.text("agree-check")


def test_the_inputs_of_an_output(chapter):
    assert "rows 2 to 4, columns 6 to 7" in chapter.text("window-formula")
    assert len(chapter.images("window-poked")) == 1


def test_receptive_fields_grow_with_early_strides(chapter):
    cells = re.findall(r": (\d+) cells", chapter.text("stack-by-hand"))
    assert cells == ["3", "7", "9"]
    fields = re.findall(r"\): (\d+) cells", chapter.text("stack-orders"))
    assert fields == ["7", "7", "9", "11"]


def test_vggs_fields_are_those_that_the_gradient_shows(chapter):
    fields = re.findall(r": +(\d+) pixels, +(\d+) apart", chapter.text("deep-fields"))
    assert [tuple(map(int, pair)) for pair in fields] == [
        (6, 2),
        (16, 4),
        (44, 8),
        (100, 16),
        (212, 32),
    ]
    assert "212 in all" in chapter.text("deep-measured")
    share = re.search(r"middle 25% of the field:\s+(\d+)%", chapter.text("deep-share"))
    assert int(share[1]) > 80


def test_networks_keep_to_what_is_usual(chapter):
    lines = chapter.text("usual-counted").splitlines()
    networks = ["VGG16", "ResNet50", "Inception"]
    assert lines[0].split() == networks
    rows = {line[:10].strip(): list(map(int, line[10:].split())) for line in lines[1:]}
    convolutions = np.array(rows["layers"])
    assert convolutions.tolist() == [13, 53, 94]
    small = np.array(rows["1×1"]) + rows["3×3"] + rows["5×5"] + rows["not square"]
    assert (convolutions - small).tolist() == rows["7×7"] == [0, 1, 0]
    np.testing.assert_array_equal(
        np.array(rows["stride 1"]) + rows["stride 2"], convolutions
    )
    assert (np.array(rows["stride 1"]) > 0.85 * convolutions).all()
    assert rows["2 and 1×1"][1] > 0
    assert rows["unpadded"][:2] == [0, 1]
    assert rows["2ᵏ filters"][:2] == [13, 53]
    assert rows["2ᵏ filters"][2] < 94 / 2
    text = chapter.text("usual-small")
    assert "three of 3×3: 7×7 seen, 27 weights" in text
    assert "49 weights" in text


def test_the_answers_to_the_questions(chapter):
    (text,) = [c.source for c in chapter.notebook.cells if c.id == "questions"]
    assert (224 + 2 * 3 - 7) // 2 + 1 == 112 and "112×112" in text
    p = ((7 - 1) * 2 + 3 - 7) // 2
    assert p == 4 and "that is 4" in text
    starts = list(range(-p, 7 + p - 3 + 1, 2))
    assert starts == [-4, -2, 0, 2, 4, 6, 8]
    alone = [s for s in starts if s + 2 < 0 or s > 6]
    assert alone == [starts[0], starts[-1]]
    assert 2 * -(-224 // 2) - 224 + 3 - 2 == 1
    assert "nn.ZeroPad2d((0, 1, 0, 1))" in text


def test_every_figure_has_a_text_alternative(chapter):
    for cell in chapter.notebook.cells:
        if cell.cell_type == "code" and chapter.images(cell.id):
            alt = cell.metadata.get("mystnb", {}).get("image", {}).get("alt", "")
            assert len(alt) > 40, cell.id
