"""Chapter 4 shows the lecture's figures, and what it says about them is so."""

import re

import numpy as np
import pytest

from tests.chapters.reading import matrix


@pytest.fixture(scope="module")
def chapter(executed):
    return executed("04-pooling")


def table(text):
    """Read printed rows of a name and numbers; percents become shares."""
    number = r"-?[\d,]+(?:\.\d+)?%?"
    rows = {}
    for line in text.splitlines():
        if found := re.fullmatch(rf"(\S.*?)((?:\s+{number})+)\s*", line):
            rows[found[1]] = [
                float(n.strip("%").replace(",", "")) / (100 if "%" in n else 1)
                for n in found[2].split()
            ]
    return rows


def test_the_lectures_picture_is_pooled_to_6_8_3_4(chapter):
    assert matrix(chapter.text("lecture-example")).tolist() == [[6, 8], [3, 4]]
    assert chapter.images("lecture-example")


def test_the_first_picture_has_a_sixty_fourth_of_its_pixels(chapter):
    assert "(296, 448, 3) → (37, 56, 3)" in chapter.text("first-look")
    assert "1 pixel is left of 64" in chapter.text("first-look")


def test_half_the_side_is_a_quarter_of_the_numbers_and_of_the_work(chapter):
    rows = np.array(list(table(chapter.text("motive-count")).values()))
    assert rows[0].tolist() == [224 * 224 * 64, 224 * 224 * 64 * 3 * 3 * 64]
    np.testing.assert_array_equal(rows[:-1], 4 * rows[1:])


def test_strides_default_to_the_size_of_the_window(chapter):
    shapes = dict(
        re.findall(
            r"^ +(\d  (?:None|\d)) +(\(.+\))$",
            chapter.text("frameworks-layers"),
            re.MULTILINE,
        )
    )
    assert shapes["2  None"] == "(2, 3, 4, 3)"
    assert shapes["3  None"] == "(2, 2, 3, 3)"
    assert shapes["2  1"] == "(2, 6, 8, 3)"


def test_the_lectures_networks_pool_to_the_lectures_sizes(chapter):
    sizes = re.findall(r"(\S+) network: +(\d+) → (\d+)", chapter.text("lecture-sizes"))
    assert [(int(a), int(b)) for name, a, b in sizes if name == "MNIST"] == [
        (24, 12),
        (8, 4),
    ]
    assert [(int(a), int(b)) for name, a, b in sizes if name != "MNIST"] == [
        (28, 14),
        (14, 7),
        (7, 3),
    ]


def test_outside_the_picture_a_zero_wins_and_minus_infinity_does_not(chapter):
    zeros, infinity = chapter.text("rim-negative").split("-inf outside:")
    assert matrix(zeros).max() == 0
    assert matrix(infinity).tolist() == [
        [-1, -3, -5],
        [-11, -13, -15],
        [-21, -23, -25],
    ]


def test_pytorchs_padding_has_the_shape_of_same_and_other_numbers(chapter):
    text = chapter.text("rim-torch-equal")
    assert len(set(re.findall(r"\(2, \d, \d, 3\)", text))) == 1
    assert int(re.search(r"equal: (\d+)%", text)[1]) < 50


def test_average_pooling_is_a_convolution_with_quarters(chapter):
    means = [[3.25, 5.25], [2, 2]]
    assert matrix(chapter.text("mean-equal")).tolist() == means
    assert "4 × 4 image, 2 × 2 kernel, stride 2" in chapter.text("mean-player")
    shown = re.search(
        r'<table class="[^"]*output.*?</table>', chapter.html("mean-player"), re.DOTALL
    )[0]
    assert [float(n) for n in re.findall(r"<span>([\d.]+)</span>", shown)] == [
        *means[0],
        *means[1],
    ]


def test_pytorchs_mean_is_off_at_the_rim_only(chapter):
    rows = table(chapter.text("mean-rim-equal"))
    assert rows["inside:"] == [0]
    assert rows["at the rim:"][0] > 0.1
    assert chapter.images("mean-rim-numbers")


def test_the_maximum_brightens_a_photograph_and_the_mean_does_not(chapter):
    rows = table(chapter.text("downsample-photo").replace("mean brightness", ""))
    photograph = rows["photograph"][0]
    assert rows["max, 8×8"][0] > photograph + 0.05
    assert rows["average, 8×8"][0] == photograph
    assert rows["every 8th pixel"][0] == pytest.approx(photograph, abs=0.011)


def test_every_eighth_pixel_invents_stripes_that_the_mean_removes(chapter):
    found = re.findall(
        r"^(\S.*?) +from ([\d.]+) to ([\d.]+)$",
        chapter.text("downsample-stripes"),
        re.MULTILINE,
    )
    contrast = {name: float(high) - float(low) for name, low, high in found}
    assert contrast["every 8th pixel"] == contrast["stripes"] > 0.9
    assert contrast["average, 8×8"] < 0.2
    assert contrast["max, 8×8"] < 0.2


def test_a_bright_pixel_stays_in_its_window_as_often_as_the_formula_says(chapter):
    lines = chapter.text("shift-spike").splitlines()[1:]
    for size, line in zip([1, 2, 4, 8], lines, strict=True):
        shares = [int(n) / 100 for n in re.findall(r"(\d+)%", line)]
        assert line.startswith(f"window {size} ")
        expected = [max(size - shift, 0) / size for shift in range(5)]
        assert shares == pytest.approx(expected, abs=0.006)


def test_larger_windows_forgive_more_and_tell_digits_apart_less(chapter):
    rows = table(chapter.text("shift-curves"))
    likeness = np.array([rows[k] for k in rows if len(rows[k]) == 5])
    assert likeness.shape == (4, 5)
    assert (np.diff(likeness, axis=0) > 0).all()  # own digit, shifted, and the others
    assert (np.diff(likeness[:, :4], axis=1) < 0).all()
    lost = [
        int(k)
        for k in re.findall(r"from a shift of (\d)", chapter.text("shift-curves"))
    ]
    assert len(lost) == 4
    assert lost == sorted(lost)
    assert lost[-1] - lost[0] <= 2


def test_the_maximum_finds_most_digits_and_the_mean_of_all_finds_every_one(chapter):
    header, *lines = chapter.text("shift-found").splitlines(keepends=True)
    assert header.split() == ["shift", "size", "1", "2", "3"]
    rows = table("".join(lines))
    for size in ["2", "4"]:
        maximum, mean = rows[f"max {size}×{size}"], rows[f"average {size}×{size}"]
        (stride,) = (rows[k] for k in rows if k.startswith(f"every {size}"))
        assert maximum[0] == mean[0] <= stride[0]  # how many numbers
        found = np.array([maximum[1:], mean[1:], stride[1:]])
        assert (np.diff(found, axis=0) <= 0).all()
    assert rows["no pooling"][1] > 0.5
    assert rows["max 4×4"][2] > 0.4
    others = [row[3] for name, row in rows.items() if name != "average of all"]
    assert max(others) < 0.5
    assert rows["average of all"] == [4, 1, 1, 1]


def test_maximum_average_and_stride_compete_with_equal_weights(chapter):
    rows = table(chapter.text("compete-networks"))
    weights = 8 * (9 + 1) + 16 * (8 * 9 + 1) + 10 * (7 * 7 * 16 + 1)
    assert {row[0] for row in rows.values()} == {weights}
    assert rows["max"][1] == rows["average"][1] == 4 * rows["stride"][1]


def test_the_maximum_wins_for_every_seed_and_the_spread_is_shown(chapter):
    text = chapter.text("compete-run")
    found = re.findall(
        r"^(\w+) +([\d.]+)% ± +([\d.]+)% +([\d.]+)% ± +([\d.]+)%$", text, re.MULTILINE
    )
    assert [name for name, *_ in found] == ["max", "average", "stride"]
    first, first_spread, last, last_spread = np.array([f[1:] for f in found], float).T
    assert first.argmax() == last.argmax() == 0
    assert (last > 80).all()
    assert (np.concatenate([first_spread, last_spread]) > 0).all()
    assert abs(last[1] - last[2]) < 2  # average and stride end close together
    assert re.findall(r"(\d) of 6", text) == ["6", "6"]
    assert chapter.images("compete-drawn")


def test_global_average_pooling_gives_the_slides_numbers(chapter):
    text = chapter.text("global-lecture")
    assert "(2, 70, 120, 3) → (2, 3)" in text
    slide = [[0.2788801, 0.22507527, 0.20967631], [0.51287866, 0.4595188, 0.3342377]]
    np.testing.assert_allclose(matrix(text), slide, atol=1e-5)
    text = chapter.text("global-equal")
    assert "Keras gives 5 of the slide's 6" in text
    assert "adding in turn gives Keras's: True" in text
    rows = table(text)
    assert rows["PyTorch from NumPy:"][0] < rows["Keras   from NumPy:"][0] < 1e-5


def test_the_nine_means_are_the_slides(chapter):
    text = chapter.text("axes-calls")
    slide = {
        "axis=-1": ((2, 3), [[1, 2, 3], [4, 5, 6]]),
        "axis=0": ((3, 4), [[2.5] * 4, [3.5] * 4, [4.5] * 4]),
        "axis=1": ((2, 4), [[2] * 4, [5] * 4]),
        "axis=(0, 1, 2)": ((), 3.5),
        "axis=(0, 1)": ((4,), [[3.5] * 4]),
        "axis=(1, 2)": ((2,), [[2, 5]]),
        "axis=(0, 2)": ((3,), [[2.5, 3.5, 4.5]]),
        "y[:, :, 1]": ((), 3.5),
    }
    for call, (shape, expected) in slide.items():
        found = re.search(
            rf"^{re.escape(call)} leaves {re.escape(str(shape))}:\n"
            r"(\d\.\d$|\[[^a-z]*\])",
            text,
            re.MULTILINE,
        )
        assert found, call
        values = matrix(found[1]) if shape else float(found[1])
        np.testing.assert_array_equal(values, expected)
    assert "images, axis=(1, 2) leaves (2, 3)" in text


def test_the_two_traps_of_means_are_traps(chapter):
    text = chapter.text("axes-traps")
    assert "np.mean with a list: TypeError" in text
    assert re.search(r"np\.mean\(\[1, 2\]\): +1\.5", text)
    assert re.search(r"tf\.reduce_mean\(\[1, 2\]\): 1$", text, re.MULTILINE)


def test_every_classifier_that_is_counted_ends_with_one_global_average(chapter):
    rows = table(chapter.text("global-count"))
    assert len(rows) == 4
    assert {row[2] for row in rows.values()} == {1}
    assert rows["InceptionV3"][1] == 9
    assert rows["ConvNeXtTiny"] == [0, 0, 1]


def test_flattening_follows_the_order_of_the_axes(chapter):
    rows = table(chapter.text("end-flatten"))
    assert rows["Keras"] == list(range(12))
    assert rows["PyTorch"] == [0, 3, 6, 9, 1, 4, 7, 10, 2, 5, 8, 11]


def test_the_dense_layers_have_the_lectures_parameters(chapter):
    small, large = chapter.text("end-count").splitlines()[1:]
    assert small.split() == ["4×4×64", "64", "65,600", "4,160", "50%", "of", "131,242"]
    assert large.split() == [
        "3×3×256",
        "128",
        "295,040",
        "32,896",
        "21%",
        "of",
        "1,413,834",
    ]


def test_only_global_averaging_accepts_pictures_of_any_size(chapter):
    lines = chapter.text("end-any-size").splitlines()
    assert [line.endswith("refused") for line in lines] == [False, True, True] + [
        False
    ] * 3


def test_gradients_go_to_the_maxima_and_add_up(chapter):
    shared = matrix(chapter.text("backward-frameworks"))
    dout = np.array([[10, 20], [30, 40]])
    np.testing.assert_array_equal(shared, dout.repeat(2, 0).repeat(2, 1) / 4)
    overlap = matrix(chapter.text("backward-overlap-shown"))
    assert overlap.tolist() == [[0, 0, 0], [0, 11, 0], [0, 0, 0]]
    assert chapter.images("backward-by-hand")


def test_a_tie_goes_to_the_first_in_pooling_and_is_shared_by_plain_maxima(chapter):
    shares = re.findall(r"^(\S+) +\[(.+)\]$", chapter.text("backward-ties-shown"), re.M)
    shares = {name: [float(n) for n in text.split(",")] for name, text in shares}
    assert shares["MaxPooling2D"] == shares["nn.MaxPool2d"] == [1, 0, 0, 0]
    assert shares["tf.reduce_max"] == shares["torch.amax"] == [0.25] * 4


def test_windows_of_zeros_let_no_gradient_through_a_relu(chapter):
    rows = table(chapter.text("backward-relu"))
    assert rows["windows of zeros:"][0] > 0.5
    assert rows["gradient through them:"] == [0]
    assert rows["through the others:"] == [1]
