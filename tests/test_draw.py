"""The book's pictures: numbers that read, signs that show, one style."""

import warnings

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.colors import to_rgb

from convbook import draw
from convbook.numbers import number_texts


@pytest.fixture(autouse=True)
def style():
    plt.switch_backend("agg")
    with plt.rc_context():
        draw.use_style()
        yield
    plt.close("all")


def numbers_of(ax):
    return [text.get_text() for text in ax.texts]


@pytest.mark.parametrize(
    ("array", "texts"),
    [
        ([4, -3, 0], ["4", "−3", "0"]),
        ([4.0, -3.0, -0.0], ["4", "−3", "0"]),
        ([0.5, 1, -2], ["0.5", "1.0", "−2.0"]),
        ([1 / 9, 1], ["0.11", "1.00"]),
        ([1 / 273, 41 / 273], ["0.004", "0.150"]),
        ([-0.001, 2.25], ["0.00", "2.25"]),
        ([1e-12, 5], ["0", "5"]),
        ([np.nan, np.inf, -np.inf, 2], ["", "∞", "−∞", "2"]),
        ([True, False], ["1", "0"]),
        (["a", "w₁₁"], ["a", "w₁₁"]),
    ],
)
def test_numbers_are_short_and_alike_in_decimals(array, texts):
    assert number_texts(np.array(array)).tolist() == texts


def test_a_style_has_white_figures_and_letters_that_read_on_a_phone():
    figure, _ = plt.subplots()
    assert to_rgb(figure.get_facecolor()) == (1, 1, 1)
    assert plt.rcParams["savefig.facecolor"] == "white"
    sizes = ["font.size", "axes.titlesize", "axes.labelsize", "xtick.labelsize"]
    assert min(plt.rcParams[size] for size in sizes) >= 10
    assert figure.get_size_inches()[0] <= 7


@pytest.mark.parametrize("matrix", ["protanopia", "deuteranopia", "tritanopia"])
def test_the_palette_stays_distinct_without_red_green_or_blue_cones(matrix):
    # Machado, Oliveira and Fernandes (2009), severity 1.
    sight = {
        "protanopia": [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ],
        "deuteranopia": [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ],
        "tritanopia": [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ],
    }[matrix]
    linear = np.array([to_rgb(colour) for colour in draw.PALETTE]) ** 2.2
    seen = np.clip(linear @ np.array(sight).T, 0, 1) ** (1 / 2.2)
    apart = np.linalg.norm(seen[:, None] - seen[None], axis=-1)
    assert apart[np.triu_indices(len(seen), 1)].min() > 0.1


def test_a_grid_writes_every_number_in_its_cell():
    _, ax = plt.subplots()
    draw.grid(ax, [[1, 2, 3], [4, 5, 6]], "six")
    assert numbers_of(ax) == ["1", "2", "3", "4", "5", "6"]
    assert ax.get_title() == "six"
    assert ax.texts[5].get_position() == pytest.approx((2.5, 1.52))


def test_a_grid_leaves_a_cell_empty_for_nan():
    _, ax = plt.subplots()
    draw.grid(ax, [[4, np.nan]])
    assert numbers_of(ax) == ["4", ""]


def test_a_number_reads_on_the_colour_of_its_cell():
    _, ax = plt.subplots()
    array = np.linspace(-1, 1, 11)[None]
    for cells in ["grey", "signed", "plain"]:
        ax.clear()
        draw.grid(ax, array, cells=cells, limits=(-1, 1))
        for patch, text in zip(ax.patches, ax.texts, strict=False):
            fill, ink = (
                np.dot(np.array(to_rgb(colour)) ** 2.2, (0.2126, 0.7152, 0.0722))
                for colour in (patch.get_facecolor(), text.get_color())
            )
            contrast = (max(fill, ink) + 0.05) / (min(fill, ink) + 0.05)
            assert contrast >= 4.5, (cells, text.get_text())


def test_a_signed_grid_is_blue_below_zero_white_at_zero_and_red_above():
    _, ax = plt.subplots()
    draw.grid(ax, [[-2, 0, 1]])
    below, zero, above = (np.array(p.get_facecolor()[:3]) for p in ax.patches[:3])
    assert below[2] > below[0]
    assert zero == pytest.approx([1, 1, 1], abs=0.01)
    assert above[0] > above[2]


def test_windows_are_framed_each_in_its_own_colour():
    _, ax = plt.subplots()
    draw.grid(ax, np.zeros((4, 4)), window=[(0, 0, 2, 2), (2, 1, 1, 3)])
    first, second = ax.patches[-2:]
    assert first.get_xy() == pytest.approx((0, 0), abs=0.1)
    assert second.get_xy() == pytest.approx((1, 2), abs=0.1)
    assert second.get_width() == pytest.approx(3, abs=0.2)
    assert second.get_height() == pytest.approx(1, abs=0.2)
    assert first.get_edgecolor() != second.get_edgecolor()


def test_muted_cells_are_hatched():
    _, ax = plt.subplots()
    draw.grid(ax, [[1, 2], [3, 4]], muted=[[False, True], [False, False]])
    assert [bool(patch.get_hatch()) for patch in ax.patches[:4]] == [0, 1, 0, 0]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"array": np.zeros((2, 2, 2))}, "two-dimensional"),
        ({"array": [[1]], "window": (0, 0, 1)}, "top, left, height, width"),
        ({"array": [[1]], "muted": [[True, False]]}, "muted has shape"),
        ({"array": [[1]], "cells": "gray"}, "'gray'"),
    ],
)
def test_a_grid_says_what_is_wrong(arguments, message):
    _, ax = plt.subplots()
    with pytest.raises(ValueError, match=message):
        draw.grid(ax, **arguments)


def test_grids_have_cells_of_one_size_and_symbols_between_them():
    draw.grids([np.ones((5, 5)), np.ones((3, 3)), [[9]]], ["a", "b", "c"], symbols="∗=")
    figure = plt.gcf()
    boxes = [ax.get_position() for ax in figure.axes]
    width, height = figure.get_size_inches()
    assert [box.width * width / n for box, n in zip(boxes, (5, 3, 1), strict=True)] == (
        pytest.approx([boxes[2].width * width] * 3)
    )
    assert boxes[0].height * height / 5 == pytest.approx(boxes[2].width * width)
    assert [text.get_text() for text in figure.texts] == ["∗", "="]
    assert width <= 7


def test_grids_do_not_grow_wider_than_a_page():
    draw.grids([np.ones((4, 12)), np.ones((4, 12))])
    assert plt.gcf().get_size_inches()[0] <= 7.01


def test_grids_ask_for_as_many_titles_as_matrices():
    with pytest.raises(ValueError, match="2 matrices need 2 titles; there are 1"):
        draw.grids([[[1]], [[2]]], ["one"])
    with pytest.raises(ValueError, match="2 matrices need 1 symbols; there are 2"):
        draw.grids([[[1]], [[2]]], symbols="∗=")


def test_pictures_are_saved_twice_without_a_warning(tmp_path):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        draw.grids([[[1, 2]], [[3]]], ["a", "b"], symbols="→")
        for name in ["first.png", "second.png"]:
            plt.savefig(tmp_path / name)
        draw.show([np.eye(4), -np.eye(4)], ["a", "b"])
        for name in ["third.png", "fourth.png"]:
            plt.savefig(tmp_path / name)


@pytest.mark.parametrize(
    ("image", "limits"),
    [
        (np.array([[0, 9]], dtype=np.uint8), (0, 255)),
        (np.array([[0.2, 0.7]]), (0, 1)),
        (np.array([[-1.0, 4.0]]), (-4, 4)),
        (np.array([[0.0, 30.0]]), (0, 30)),
    ],
)
def test_a_picture_gets_the_limits_that_its_numbers_mean(image, limits):
    _, ax = plt.subplots()
    draw.picture(ax, image)
    assert ax.images[0].get_clim() == limits


def test_a_colour_bar_stands_beside_signed_pictures_only():
    draw.show([np.ones((2, 2)), -np.ones((2, 2))], ["grey", "signed"])
    grey, signed, *bars = plt.gcf().axes
    assert grey.images[0].get_cmap().name == "gray"
    assert signed.images[0].get_cmap() == draw.SIGNED
    assert len(bars) == 1


def test_a_colour_picture_keeps_its_colours():
    _, ax = plt.subplots()
    image = np.zeros((2, 3, 3), dtype=np.uint8)
    image[..., 0] = 200
    draw.picture(ax, image)
    assert np.array_equal(ax.images[0].get_array(), image)


def test_pictures_of_a_row_may_have_their_own_signs_and_limits():
    image = np.array([[-1.0, 1.0]])
    draw.show([image, image], signed=[False, True], limits=[None, (-5, 5)])
    first, second = plt.gcf().axes[:2]
    assert first.images[0].get_cmap().name == "gray"
    assert second.images[0].get_clim() == (-5, 5)


def test_pictures_break_into_rows():
    draw.show(np.zeros((5, 4, 4)), columns=3)
    assert len([ax for ax in plt.gcf().axes if ax.images]) == 5
    assert plt.gcf().axes[0].get_subplotspec().get_gridspec().get_geometry() == (2, 3)


def test_pictures_ask_for_as_many_titles_as_pictures():
    with pytest.raises(ValueError, match="2 pictures need 2 titles; there are 1"):
        draw.show(np.zeros((2, 4, 4)), ["one"])
    with pytest.raises(ValueError, match=r"this has shape \(4,\)"):
        draw.picture(plt.subplots()[1], np.zeros(4))


def test_a_boxes_text_stays_in_the_picture():
    figure, ax = plt.subplots()
    ax.imshow(np.zeros((50, 50)))
    draw.boxes(ax, [[5, 1, 20, 20], [5, 25, 20, 40]], ["at the top", "below"])
    figure.canvas.draw()
    inside = ax.get_window_extent()
    first, second = (text.get_window_extent() for text in ax.texts)
    assert first.y1 <= inside.y1
    frames = [patch.get_window_extent() for patch in ax.patches]
    assert first.y1 == pytest.approx(frames[0].y1, abs=4)  # inside its box
    assert second.y0 == pytest.approx(frames[1].y1, abs=4)  # on its box
