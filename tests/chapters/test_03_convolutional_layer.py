"""Chapter 3 shows the lecture's figures, and what it says about them is so."""

import ast
import re

import numpy as np
import pytest

RESULT = [[19, 13, 15], [28, 16, 20], [23, 18, 25]]


@pytest.fixture(scope="module")
def chapter(executed):
    return executed("03-convolutional-layer")


def integer(words, text):
    """Read the whole number that follows the words."""
    found = re.search(re.escape(words) + r"\s*(-?[\d,]+)", text)
    assert found, f"{words!r} is not in {text!r}"
    return int(found[1].replace(",", ""))


def array(text):
    """Read the first array that NumPy printed."""
    rows = re.search(r"\[\[.*?\]\]", text, re.DOTALL)[0]
    return ast.literal_eval(re.sub(r"(?<=[\d.\]])\s+(?=[-\d\[])", ", ", rows))


def reported(text):
    """Read the lines of `report`: name → (shape of the output, parameters)."""
    lines = re.findall(r"^(\S.*?) +(\(1, \d+, \d+, \d+\)) +(\d+)$", text, re.MULTILINE)
    return {name: (ast.literal_eval(shape), int(n)) for name, shape, n in lines}


def test_one_filter_gives_one_map_and_six_give_six(chapter):
    assert "products: 75" in chapter.text("one-number")
    assert "32×32×3: (28, 28, 1)" in chapter.text("one-filter")
    assert "32×32×3: (28, 28, 6)" in chapter.text("six-maps")
    assert chapter.images("volumes") and chapter.images("six-maps")


def test_the_orange_window_gives_the_orange_point(chapter):
    by_hand, in_the_map = re.findall(r": (-?\d\.\d+)", chapter.text("one-number"))
    assert by_hand == in_the_map
    assert float(by_hand) != 0


def test_a_kernel_tensor_of_5_5_3_2_holds_two_filters_and_six_kernels(chapter):
    text = chapter.text("kernel-tensor")
    assert re.search(r"layer +\(5, 5, 3, 2\)", text)
    assert re.search(r"filter +\(5, 5, 3\) +how many: 2", text)
    assert re.search(r"kernel +\(5, 5\) +how many: 6", text)


def test_the_spreadsheet_adds_up_to_the_lectures_result(chapter):
    assert array(chapter.text("spreadsheet-data")) == RESULT
    assert chapter.images("spreadsheet-drawn")
    early = chapter.text("too-early")
    assert array(early) != RESULT
    assert integer("agree with the result:", early) == 0


def test_the_formula_in_loops_gives_the_same_and_a_stride_picks_from_it(chapter):
    text = chapter.text("literal")
    assert array(text) == RESULT
    assert array(text.split("stride")[1]) == [row[::2] for row in RESULT[::2]]


def test_a_higher_bias_lets_more_through(chapter):
    shares = re.findall(r"(\d+)%", chapter.text("bias-knob"))
    assert len(shares) == 3
    assert sorted(map(int, shares)) == list(map(int, shares))


def test_numpy_keras_and_pytorch_agree_on_every_output(chapter):
    assert integer("all three:", chapter.text("torch-layer")) == 2 * 28 * 28 * 6
    assert "weight (6, 3, 5, 5)" in chapter.text("torch-layer")
    assert "kernel (5, 5, 3, 6)" in chapter.text("keras-layer")
    assert "20 rows (2, 20, 32, 3) → (2, 16, 28, 6)" in chapter.text("keras-layer")


def test_reshaping_and_reversed_axes_keep_the_shape_and_spoil_the_numbers(chapter):
    assert chapter.text("reshape-picture").count("shapes agree: True") == 2
    share = re.search(r"right: ([\d.]+)%", chapter.text("reshape-picture"))[1]
    assert float(share) < 1
    kept = re.findall(r"^(\w[\w ]*?) +same$", chapter.text("reshape-picture"), re.M)
    assert kept == ["spots", "brightness", "red", "blue"]


def test_the_loops_are_thousands_of_times_slower_than_a_matrix_product(chapter):
    assert integer("innermost lines:", chapter.text("windows-view")) == 784 * 450
    text = chapter.text("timing-table")
    ratios = dict(re.findall(r"^(.+?) {2,}about ([\d,]+)$", text, re.M))
    ratios = {way: int(ratio.replace(",", "")) for way, ratio in ratios.items()}
    assert ratios["six loops"] >= 1000
    assert ratios["PyTorch"] == 1
    matrix = ("Keras", "im2col, matrix product", "einsum, optimize=True")
    for way in (*matrix, "einsum"):
        assert ratios[way] < ratios["six loops"] / 10, f"{way} is as slow as the loops"
    assert max(ratios[way] for way in matrix) <= 10
    # Two ways of the same class may change places; the plain sum is no faster than either.
    assert ratios["einsum"] >= ratios["im2col, matrix product"]


def test_two_layers_are_one_unless_something_stands_between_them(chapter):
    assert "what one of (5, 5) does" in chapter.text("between-nothing")
    misses = re.findall(r"misses (\d+)%", chapter.text("between-relu"))
    without, with_relu = map(int, misses)
    assert without == 0
    assert with_relu > 50
    became_0 = int(re.search(r"became 0: (\d+)%", chapter.text("relu-drawn"))[1])
    assert 20 < became_0 < 80
    assert chapter.images("relu-drawn")


def test_two_layers_with_relus_go_from_32_over_28_to_24(chapter):
    shapes = re.findall(r"\((\d+, \d+, \d+)\)", chapter.text("two-layers"))
    assert shapes == ["32, 32, 3", "28, 28, 6", "24, 24, 10"]


def test_a_convolution_moves_along_and_a_local_layer_does_not(chapter):
    found = re.findall(r"moves along: (\w+)", chapter.text("equivariance-shown"))
    assert found == ["True", "False"]


def test_windows_are_a_view_and_im2col_makes_rows_of_75(chapter):
    text = chapter.text("windows-view")
    assert integer("in windows:", text) == 2 * 28 * 28 * 75
    assert "shares memory with x: True" in text
    assert "(2, 28, 28, 75)" in chapter.text("im2col")


def test_one_filter_has_76_parameters_in_both_frameworks(chapter):
    text = chapter.text("count-parameters")
    assert integer("one filter of 5×5×3:", text) == 3 * 5 * 5 + 1 == 76
    assert integer("six filters of 5×5×3:", text) == 6 * 76
    assert text.rstrip().endswith("456 456")


def test_the_dense_layer_counts_three_channels_where_the_slide_forgets_them(chapter):
    text = chapter.text("sharing-counts")
    assert integer("convolution", text) == 76
    assert integer("locally connected", text) == 784 * 76
    assert integer("dense  ", text) == 2_409_232
    assert integer("dense, on the slide", text) == 803_600


def test_the_other_decks_weights_are_7840_and_1600(chapter):
    text = chapter.text("sharing-counts")
    assert re.search(r"dense, 784 → 10 +7,840 +7,850", text)
    assert re.search(r"64 filters of 5×5×1 +1,600 +1,664", text)


def test_every_argument_of_both_layers_is_listed_and_explained(chapter):
    listed = set(re.findall(r"\w+", chapter.text("signatures"))) - {"Conv2D", "Conv2d"}
    assert len(listed) >= 16
    explained = "\n".join(
        c.source for c in chapter.notebook.cells if c.cell_type == "markdown"
    )
    for argument in listed:
        assert f"`{argument}`" in explained or f"**{argument}`" in explained, argument


def test_each_argument_changes_the_shape_and_the_parameters_as_it_should(chapter):
    filters = reported(chapter.text("arg-filters-run"))
    assert filters["Conv2D(12, 5)"] == ((1, 28, 28, 12), 12 * 76)
    assert filters["Conv2D(6, (1, 7))"] == ((1, 32, 26, 6), 6 * 22)

    strides = reported(chapter.text("arg-strides-run"))
    assert [shape[1:3] for shape, _ in strides.values()] == [
        (28, 28),
        (14, 14),
        (28, 14),
        (10, 10),
    ]
    assert {count for _, count in strides.values()} == {456}

    dilated = reported(chapter.text("arg-dilation-run"))
    assert [shape[1] for shape, _ in dilated.values()] == [30, 28, 26]
    assert {count for _, count in dilated.values()} == {168}

    groups = reported(chapter.text("arg-groups-run"))
    assert [count for _, count in groups.values()] == [
        8 * (9 * 8 // g + 1) for g in (1, 2, 4, 8)
    ]

    biases = reported(chapter.text("arg-activation-run"))
    assert biases["use_bias=True"][1] - biases["use_bias=False"][1] == 6


def test_what_keras_refuses_is_shown_with_its_own_words(chapter):
    assert "conjunction with `dilation_rate > 1`" in chapter.text("arg-dilation-run")
    assert "(1, 6, 14, 14)" in chapter.text("arg-dilation-run")
    text = chapter.text("arg-data-format-run")
    assert "kernel: (5, 5, 3, 6)" in text
    assert "only supports the NHWC" in text or "(1, 6, 28, 28)" in text


def test_fresh_weights_lie_within_each_frameworks_bound(chapter):
    rows = re.findall(
        r"(\w+) +(0\.\d+) +(0\.\d+) +(0\.\d+)", chapter.text("arg-initialisers-run")
    )
    (_, keras, in_keras, bias), (_, torch, in_torch, _) = rows
    assert keras == f"{np.sqrt(6 / (75 + 25 * 64)):.4f}"
    assert torch == f"{1 / np.sqrt(75):.4f}"
    for bound, largest in ((keras, in_keras), (torch, in_torch)):
        assert 0.97 * float(bound) < float(largest) <= float(bound)
    assert float(bias) == 0


def test_the_table_of_kinds_follows_from_the_shapes(chapter):
    text = chapter.text("table-of-kinds")
    rows = re.findall(
        r"^(\S.*?) +([\d×]+) +([\d×]+) +([\d,]+) +([\d,]+) +([\d.]+)(?:\n +([\d×]+))?$",
        text,
        re.MULTILINE,
    )
    assert len(rows) == 8
    for name, kernel, output, parameters, multiply_adds, share, second in rows:
        kernels = [[int(n) for n in k.split("×")] for k in (kernel, second) if k]
        weights = sum(int(np.prod(k)) for k in kernels)
        *places, channels = (int(n) for n in output.split("×"))
        assert int(parameters.replace(",", "")) == weights + channels, name
        work = int(multiply_adds.replace(",", ""))
        assert work == np.prod(places) * weights, name
        assert float(share) == round(work / (32 * 32 * 9 * 16 * 32), 2)
    assert integer("counts the same:", chapter.text("table-checked")) == 8


def test_the_gradients_by_hand_are_those_of_autograd(chapter):
    x = np.array([[1, 0, 2], [3, 1, 0], [0, 2, 1]])
    w, dout = np.array([[2, -1], [1, 3]]), np.array([[1, 2], [0, -1]])
    dx, dw = np.zeros((3, 3), int), np.zeros((2, 2), int)
    for i, j in np.ndindex(2, 2):
        dx[i : i + 2, j : j + 2] += dout[i, j] * w
        dw += dout[i, j] * x[i : i + 2, j : j + 2]
    assert integer("db:", chapter.text("dw-run")) == dout.sum()
    assert array(chapter.text("dw-run")) == dw.tolist()
    assert array(chapter.text("nudge")) == dx.tolist()
    assert f"measured:         {dx[1, 1]:.4f}" in chapter.text("nudge")

    sizes = 2 * 8 * 7 * 3 + 3 * 2 * 3 * 4 + 4
    assert integer("TensorFlow's:", chapter.text("autograd-tensorflow")) == sizes
    assert integer("PyTorch's:", chapter.text("autograd-torch")) == sizes
