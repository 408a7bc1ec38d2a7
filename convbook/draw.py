"""The pictures that several chapters share, in one style.

`use_style()` switches the style on. `picture` and `grid` draw into axes that you made;
`show` and `grids` make the figure for you. `player` slides a kernel over an image step by
step, with buttons. `boxes` draws boxes over a picture, `film` shows pictures in motion.

    from convbook import draw

    draw.use_style()
    draw.show([photo, edges], ["the photograph", "its edges"])
    draw.grids([image, kernel, response], ["image", "kernel", "response"], symbols="∗=")
    draw.player(image, kernel, stride=2, padding=1)
"""

from __future__ import annotations

import base64
import hashlib
import html
import io
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, Normalize
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator
from PIL import Image

from convbook.numbers import number_texts
from convbook.player import Player

if TYPE_CHECKING:
    from IPython.display import HTML

# Okabe and Ito's palette: people with every kind of colour vision tell these apart.
BLUE = "#0072B2"
ORANGE = "#E69F00"
GREEN = "#009E73"
RED = "#D55E00"
PINK = "#CC79A7"
SKY = "#56B4E9"
GREY = "#6B7280"
INK = "#1F2328"
PALETTE = (ORANGE, BLUE, GREEN, PINK, RED, SKY)

# Negative is blue, zero is white, positive is orange.
SIGNED = LinearSegmentedColormap.from_list("signed", [BLUE, "#FFFFFF", RED])

WIDTH = 5.5  # inches; wider figures become unreadable on a phone
CELL = 0.42  # inches, the side of a cell in `grids`

Window = tuple[int, int, int, int]
Limits = tuple[float, float] | None


def use_style() -> None:
    """Switch on the book's picture style, for all figures that follow."""
    plt.style.use(Path(__file__).with_name("convbook.mplstyle"))


def _is_signed(array: np.ndarray) -> bool:
    return np.issubdtype(array.dtype, np.number) and bool(
        np.nanmin(array, initial=0) < 0
    )


def _limits(array: np.ndarray, signed: bool) -> tuple[float, float]:
    """Return the values that get the first and the last colour."""
    if signed:
        top = float(np.nanmax(np.abs(array), initial=0)) or 1.0
        return -top, top
    low, high = float(np.nanmin(array, initial=0)), float(np.nanmax(array, initial=0))
    if array.dtype == np.uint8:
        return 0.0, 255.0
    if low >= 0 and high <= 1:
        return 0.0, 1.0
    return low, high


def picture(
    ax: Axes,
    image: np.ndarray,
    title: str | None = None,
    *,
    signed: bool | None = None,
    limits: Limits = None,
    colorbar: bool | None = None,
) -> None:
    """Draw one picture into `ax`, without ticks.

    Args:
        ax: The axes to draw into.
        image: (H, W) grey values or responses, or (H, W, 3) RGB: `uint8`, or floats from 0 to 1.
        title: Written above the picture.
        signed: True: blue for negative, white for zero, red for positive. False: grey.
            Left out: signed where the image holds a negative number.
        limits: The values drawn in the first and the last colour. Left out: 0 to 255 for `uint8`,
            0 to 1 for floats in that range, symmetric about zero for signed images, else the
            smallest and the largest value.
        colorbar: Whether a colour bar stands beside it. Left out: for signed images only.

    """
    image = np.asarray(image)
    if image.ndim == 3 and image.shape[2] == 1:
        image = image[:, :, 0]
    rgb = image.ndim == 3 and image.shape[2] in (3, 4)
    if image.ndim != 2 and not rgb:
        raise ValueError(
            f"an image is (H, W), (H, W, 1) or (H, W, 3); this has shape {image.shape}"
        )
    if rgb:
        ax.imshow(image)
    else:
        if signed is None:
            signed = _is_signed(image)
        low, high = limits or _limits(image, signed)
        drawn = ax.imshow(image, cmap=SIGNED if signed else "gray", vmin=low, vmax=high)
        if signed if colorbar is None else colorbar:
            bar = ax.figure.colorbar(
                drawn, ax=ax, location="bottom", shrink=0.85, pad=0.03
            )
            bar.outline.set_visible(False)
            bar.locator = MaxNLocator(3, symmetric=signed)
            bar.update_ticks()
    ax.set(xticks=[], yticks=[], anchor="N")
    ax.spines[:].set(visible=True, color="#B6BCC4", linewidth=0.8)
    if title:
        ax.set_title(title)


def show(
    images: Sequence[np.ndarray],
    titles: Sequence[str] | None = None,
    *,
    columns: int = 3,
    signed: bool | list[bool | None] | None = None,
    limits: Limits | list[Limits] = None,
    colorbar: bool | None = None,
    width: float = WIDTH,
) -> None:
    """Draw pictures side by side, at most `columns` in a row.

    Args:
        images: Pictures as `picture` takes them, or one array (n, H, W) of n pictures.
        titles: One for each picture.
        columns: Pictures in a row. More than three are too small on a phone.
        signed: As in `picture`, the same for all of them, or a list with one for each.
        limits: As in `picture`, the same for all of them, or a list with one for each.
        colorbar: As in `picture`, the same for all of them.
        width: Width of the figure in inches.

    Raises:
        ValueError: where titles, signed or limits are not as many as the pictures.

    """
    images = [np.asarray(image) for image in images]
    count = len(images)
    titles = list(titles) if titles is not None else [""] * count
    signed = signed if isinstance(signed, list) else [signed] * count
    limits = limits if isinstance(limits, list) else [limits] * count
    given = {"titles": len(titles), "signed": len(signed), "limits": len(limits)}
    for name, number in given.items():
        if number != count:
            raise ValueError(
                f"{count} pictures need {count} {name}; there are {number}"
            )
    signed = [
        _is_signed(image) if one is None else one
        for image, one in zip(images, signed, strict=True)
    ]
    columns = min(columns, count)
    rows = -(-count // columns)
    tall = max(image.shape[0] / image.shape[1] for image in images)
    head = 0.24 * max((title.count("\n") + 1 for title in titles if title), default=0)
    foot = 0.42 if colorbar or (colorbar is None and any(signed)) else 0.04
    height = rows * (width / columns * 0.96 * tall + head + foot)
    axes = plt.subplots(rows, columns, figsize=(width, height), squeeze=False)[1].flat
    for ax in axes[count:]:
        ax.axis("off")
    for k, image in enumerate(images):
        picture(
            axes[k],
            image,
            titles[k],
            signed=signed[k],
            limits=limits[k],
            colorbar=colorbar,
        )


def _windows(window: Window | Iterable[Window] | None) -> list[Window]:
    if window is None:
        return []
    windows: list[Any] = list(window)
    if windows and np.isscalar(windows[0]):
        windows = [tuple(windows)]
    for one in windows:
        if len(one) != 4:
            raise ValueError(f"a window is (top, left, height, width); this is {one}")
    return windows


def grid(
    ax: Axes,
    array: np.ndarray,
    title: str | None = None,
    *,
    window: Window | Iterable[Window] | None = None,
    muted: np.ndarray | None = None,
    cells: str = "auto",
    limits: Limits = None,
    fontsize: float | None = None,
) -> None:
    """Draw a matrix as cells with its numbers in them.

    Args:
        ax: The axes to draw into.
        array: (rows, columns) numbers or short texts. NaN leaves a cell empty.
        title: Written above the grid.
        window: (top, left, height, width) of a window to frame, or several of them; each gets its
            own colour from `PALETTE`.
        muted: (rows, columns) of booleans: True where a cell is padding or is never read. Such
            cells are hatched and their numbers grey.
        cells: "grey" fills a cell by its value, dark to light; "signed" blue to red about zero;
            "plain" leaves it white. "auto" takes "signed" where a number is negative, "plain"
            for texts, else "grey".
        limits: The values that get the first and the last colour. Left out: those of the array.
        fontsize: In points. Left out: as large as the cells allow, 13 at most.

    """
    array = np.atleast_2d(np.asarray(array))
    if array.ndim != 2:
        raise ValueError(
            f"a grid is two-dimensional; this array has shape {array.shape}"
        )
    rows, columns = array.shape
    numeric = np.issubdtype(array.dtype, np.number) or array.dtype == bool
    if cells == "auto":
        cells = "plain" if not numeric else "signed" if _is_signed(array) else "grey"
    if cells not in ("grey", "signed", "plain"):
        raise ValueError(
            f'cells is "auto", "grey", "signed" or "plain"; this is {cells!r}'
        )
    muted = np.zeros(array.shape, bool) if muted is None else np.asarray(muted, bool)
    if muted.shape != array.shape:
        raise ValueError(f"muted has shape {muted.shape}, the array {array.shape}")

    if array.dtype == bool:
        array = array.astype(int)
    if numeric and cells != "plain":
        colour_map = SIGNED if cells == "signed" else plt.get_cmap("gray")
        low, high = limits or _limits(array.astype(float), cells == "signed")
        fills = colour_map(Normalize(low, high if high > low else low + 1)(array))
        if cells == "signed":
            fills = 0.55 * fills + 0.45  # paler, so that the numbers read
    else:
        fills = np.ones((rows, columns, 4))

    texts = number_texts(array)
    if fontsize is None:
        box = ax.get_position()
        root = ax.get_figure(root=True)
        assert root is not None
        inches = root.get_size_inches()
        side = min(box.width * inches[0] / columns, box.height * inches[1] / rows)
        longest = max(2, max(len(text) for text in texts.flat))
        fontsize = min(13.0, 72 * side * 0.7 / (0.64 * longest), 72 * side * 0.6)

    for i in range(rows):
        for j in range(columns):
            fill = fills[i, j]
            if muted[i, j] or texts[i, j] == "":
                fill = (1, 1, 1, 1)
            cell = Rectangle((j, i), 1, 1, facecolor=fill, edgecolor="#B6BCC4", lw=0.8)
            if muted[i, j]:
                cell.set_hatch("////")
            ax.add_patch(cell)
            # Relative luminance; at 0.179 black and white letters read equally well.
            dark = np.dot(np.power(fill[:3], 2.2), (0.2126, 0.7152, 0.0722)) < 0.179
            ax.text(
                j + 0.5,
                i + 0.52,
                texts[i, j],
                ha="center",
                va="center",
                fontsize=fontsize,
                color=GREY if muted[i, j] else "white" if dark else "black",
                bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.6}
                if muted[i, j]
                else None,
            )
    ax.add_patch(
        Rectangle(
            (0, 0),
            columns,
            rows,
            fill=False,
            edgecolor=GREY,
            linewidth=1.2,
            clip_on=False,
        )
    )
    for number, (top, left, height, width) in enumerate(_windows(window)):
        corner = (left + 0.05, top + 0.05)
        frame = Rectangle(
            corner, width - 0.1, height - 0.1, fill=False, lw=2.8, zorder=3
        )
        frame.set(edgecolor=PALETTE[number % len(PALETTE)], joinstyle="round")
        ax.add_patch(frame)
    ax.set(xlim=(-0.04, columns + 0.04), ylim=(rows + 0.04, -0.04), aspect="equal")
    ax.axis("off")
    if title:
        ax.set_title(title)


def grids(
    arrays: Sequence[np.ndarray],
    titles: Sequence[str] | None = None,
    *,
    symbols: Sequence[str] | None = None,
    windows: Sequence[Window | Iterable[Window] | None] | None = None,
    muted: Sequence[np.ndarray | None] | None = None,
    cells: str | Sequence[str] = "auto",
    limits: Limits = None,
) -> None:
    """Draw matrices side by side with cells of one size, such as image ∗ kernel = response.

    Args:
        arrays: Matrices as `grid` takes them.
        titles: One for each matrix.
        symbols: What stands between them, one fewer than matrices: `"∗="` or `["∗", "="]`.
        windows: For each matrix what `grid` takes as `window`, or None.
        muted: For each matrix what `grid` takes as `muted`, or None.
        cells: As in `grid`; one for all, or one for each.
        limits: As in `grid`, the same for all.

    """
    arrays = [np.atleast_2d(np.asarray(array)) for array in arrays]
    count = len(arrays)
    titles = list(titles) if titles is not None else [""] * count
    symbols = list(symbols) if symbols is not None else [""] * (count - 1)
    windows = list(windows) if windows is not None else [None] * count
    muted = list(muted) if muted is not None else [None] * count
    cells = [cells] * count if isinstance(cells, str) else list(cells)
    for name, number, wanted in [
        ("titles", len(titles), count),
        ("symbols", len(symbols), count - 1),
        ("windows", len(windows), count),
        ("muted", len(muted), count),
        ("cells", len(cells), count),
    ]:
        if number != wanted:
            raise ValueError(
                f"{count} matrices need {wanted} {name}; there are {number}"
            )

    # A title may be wider than a matrix of one or two columns.
    spans = [
        max(array.shape[1], 0.21 * max(len(line) for line in (title or "").split("\n")))
        for array, title in zip(arrays, titles, strict=True)
    ]
    gaps = [1.1 if symbol else 0.7 for symbol in symbols]
    wide = sum(spans) + sum(gaps)
    longest = max(len(text) for array in arrays for text in number_texts(array).flat)
    cell = min(max(CELL, 0.1 * longest + 0.06), 7 / wide)
    head = (
        max((title or "").count("\n") + 1 if title else 0 for title in titles) * 0.22
        + 0.05
    )
    tall = max(array.shape[0] for array in arrays)
    figure = plt.figure(figsize=(wide * cell, tall * cell + head))
    figure.set_layout_engine("none")
    inner = tall * cell / (tall * cell + head)
    left = 0.0
    for k, array in enumerate(arrays):
        rows, columns = array.shape
        box = (
            (left + (spans[k] - columns) / 2) / wide,
            inner * (tall - rows) / 2 / tall,
            columns / wide,
            inner * rows / tall,
        )
        ax = figure.add_axes(box)
        grid(
            ax,
            array,
            titles[k],
            window=windows[k],
            muted=muted[k],
            cells=cells[k],
            limits=limits,
        )
        left += spans[k]
        if k < count - 1:
            middle = (left + gaps[k] / 2) / wide
            figure.text(
                middle, inner / 2, symbols[k], ha="center", va="center", size=18
            )
            left += gaps[k]


def player(
    image: np.ndarray,
    kernel: np.ndarray,
    stride: int | tuple[int, int] = 1,
    padding: int | tuple[int, int] | tuple[tuple[int, int], tuple[int, int]] = 0,
    *,
    seconds: float = 1.0,
) -> Player:
    """Slide a kernel over an image step by step, with buttons, in a notebook or on a page.

    Args:
        image: (H, W) numbers, at most 20 × 20 cells once padded.
        kernel: (fh, fw) numbers. As in every CNN it is not flipped.
        stride: Cells between one window and the next: a number, or (down, across).
        padding: Rings of zeros round the image: a number, (above and below, left and right), or
            ((above, below), (left, right)).
        seconds: Time that a step takes while it plays.

    Returns:
        Player: What a notebook shows as the player. Its `output` is the (OH, OW) result, with
            OH = ⌊(H + above + below − fh) / stride⌋ + 1.

    Raises:
        TypeError: Where a number is not a number or a stride is not whole.
        ValueError: Where shapes do not fit; the message says which.

    """
    return Player(image, kernel, stride, padding, seconds=seconds)


def boxes(
    ax: Axes,
    corners: Iterable[Sequence[float]],
    texts: Iterable[str] = (),
    *,
    colour: str = ORANGE,
    style: str = "-",
    width: float = 2.0,
) -> None:
    """Draw boxes over a picture in `ax`, each with a short text at its upper left corner.

    The text stands on the box, or inside it where the picture ends above.

    Args:
        ax: Axes with a picture in them.
        corners: (n, 4): x1, y1, x2, y2 in pixels; x2 and y2 lie outside the box.
        texts: One for each box, or none at all.
        colour: Of the lines.
        style: "-" or "--", so that two sets of boxes differ by more than their colour.
        width: Of the lines, in points.

    """
    corners, texts = [list(map(float, box)) for box in corners], list(texts)
    top = min(ax.get_ylim())
    room = 0.08 * abs(np.diff(ax.get_ylim())[0])  # for one line of text
    for k, (x1, y1, x2, y2) in enumerate(corners):
        # A pixel's middle has whole coordinates, so its edge lies half a pixel before it.
        frame = Rectangle((x1 - 0.5, y1 - 0.5), x2 - x1, y2 - y1, fill=False)
        frame.set(edgecolor=colour, linestyle=style, linewidth=width)
        ax.add_patch(frame)
        if texts:
            ax.text(
                x1 - 0.5,
                y1 - 0.5,
                texts[k],
                size=9,
                va="bottom" if y1 - top > room else "top",
                color=INK,
                bbox={"facecolor": colour, "edgecolor": "none", "pad": 0.8},
                clip_on=True,
            )


def film(frames: Sequence[np.ndarray], alt: str, seconds: float = 0.25) -> HTML:
    """Show pictures one after another, on any page: it needs no kernel and no script.

    The pictures stand still until the reader ticks a box.

    Args:
        frames: uint8 (H, W, 3), all of one size.
        alt: What can be seen, in words.
        seconds: Time from one picture to the next.

    Returns:
        HTML: what a notebook shows as the film.

    """
    from IPython.display import HTML  # only notebooks need it

    height, width = frames[0].shape[:2]
    file = io.BytesIO()
    Image.fromarray(np.concatenate(frames, axis=1)).quantize(64).save(file, "PNG")
    source = base64.b64encode(file.getvalue()).decode()
    name = f"film-{hashlib.sha256(file.getvalue()).hexdigest()[:8]}"
    count = len(frames)
    return HTML(
        f"<style>@keyframes {name} {{to {{background-position-x: -{count * width}px}}}}"
        f"#{name}:checked ~ div {{animation: {name} {count * seconds:g}s"
        f" steps({count}) infinite}}</style>"
        f'<div><input type="checkbox" id="{name}"> <label for="{name}">play</label>'
        f'<div role="img" aria-label="{html.escape(alt)}" style="width:{width}px;'
        f"max-width:100%;height:{height}px;background-image:"
        f'url(data:image/png;base64,{source})"></div></div>'
    )
