"""A kernel that slides over an image step by step: play, pause, one step, back.

A chapter calls `convbook.draw.player`, which makes a `Player`. What a notebook shows of it
is one piece of HTML that needs nothing else: no library, no file, no network. Without
scripts the page still shows the window on its first place, its sum, and the whole result.
The page's part, looks and script, is in player.html.
"""

from __future__ import annotations

from functools import cache
from html import escape
from numbers import Integral
from pathlib import Path
from string import Template
from typing import Any

import numpy as np

from convbook.numbers import number_texts

MAX_CELLS = 20  # rows or columns; more would not be readable


@cache
def _template() -> Template:
    return Template(Path(__file__).with_name("player.html").read_text(encoding="utf-8"))


def _matrix(values: np.ndarray, name: str) -> np.ndarray:
    array = np.asarray(values)
    if array.dtype == bool:
        array = array.astype(int)
    if not np.issubdtype(array.dtype, np.integer) and not np.issubdtype(
        array.dtype, np.floating
    ):
        raise TypeError(
            f"the {name} holds real numbers; this one is of type {array.dtype}"
        )
    if array.ndim != 2:
        raise ValueError(
            f"the {name} has two axes, rows and columns; this one has shape {array.shape}"
        )
    if array.size == 0:
        raise ValueError(f"the {name} has no cells: its shape is {array.shape}")
    if not np.isfinite(array).all():
        raise ValueError(f"the {name} holds a NaN or an infinity")
    return array.astype(float)


def _whole(value: object, name: str, least: int) -> int:
    if isinstance(value, bool) or not isinstance(value, Integral):
        raise TypeError(f"{name} is a whole number; this is {value!r}")
    if value < least:
        raise ValueError(f"{name} is at least {least}; this is {value}")
    return int(value)


def _pair(value: object, name: str) -> tuple[object, object]:
    """One value for both directions, or one for each."""
    if isinstance(value, (tuple, list)):
        if len(value) != 2:
            raise ValueError(
                f"{name} is one value or two (down, across); this is {value!r}"
            )
        return value[0], value[1]
    return value, value


def _span(numbers: np.ndarray) -> str:
    """`[6]` → "6", `[5, 6]` → "5–6", `[2, 5]` → "2, 5"."""
    if len(numbers) > 1 and numbers[-1] - numbers[0] == len(numbers) - 1:
        return f"{numbers[0]}–{numbers[-1]}"
    return ", ".join(map(str, numbers))


class Player:
    """A kernel on its way over an image; see `convbook.draw.player` for the arguments.

    Attributes:
        padded: (H + above + below, W + left + right) the image with its zeros.
        kernel: (fh, fw).
        stride: (down, across).
        padding: ((above, below), (left, right)).
        output: (OH, OW) what comes out.
        read: Same shape as `padded`: True where at least one window reads the cell.

    """

    def __init__(
        self,
        image: np.ndarray,
        kernel: np.ndarray,
        stride: int | tuple[int, int] = 1,
        padding: int | tuple[int, int] | tuple[tuple[int, int], tuple[int, int]] = 0,
        *,
        seconds: float = 1.0,
    ) -> None:
        image, self.kernel = _matrix(image, "image"), _matrix(kernel, "kernel")
        self.stride = tuple(_whole(s, "stride", 1) for s in _pair(stride, "stride"))
        self.padding = tuple(
            tuple(_whole(p, "padding", 0) for p in _pair(side, "padding"))
            for side in _pair(padding, "padding")
        )
        if isinstance(seconds, bool) or not isinstance(seconds, (int, float)):
            raise TypeError(f"seconds is a number; this is {seconds!r}")
        if not 0.05 <= seconds <= 60:
            raise ValueError(f"seconds is from 0.05 to 60; this is {seconds}")
        self.seconds = float(seconds)
        self.image_shape = image.shape
        shape = tuple(
            n + sum(p) for n, p in zip(image.shape, self.padding, strict=True)
        )
        if max(shape) > MAX_CELLS:
            raise ValueError(
                f"the image has {_size(shape)} cells with its padding; more than "
                f"{MAX_CELLS} × {MAX_CELLS} cannot be read: give a piece of it, such as image[:8, :8]"
            )
        self.padded = np.pad(image, self.padding)
        if (
            self.kernel.shape[0] > self.padded.shape[0]
            or self.kernel.shape[1] > self.padded.shape[1]
        ):
            raise ValueError(
                f"a {_size(self.kernel.shape)} kernel does not fit "
                f"{'a padded' if np.any(self.padding) else 'an'} image of {_size(self.padded.shape)}"
            )

        windows = np.lib.stride_tricks.sliding_window_view(
            self.padded, self.kernel.shape
        )
        windows = windows[:: self.stride[0], :: self.stride[1]]
        self.output = np.einsum("ijuv,uv->ij", windows, self.kernel)
        self.read = np.zeros(self.padded.shape, bool)
        for i, j in np.ndindex(self.output.shape):
            top, left = i * self.stride[0], j * self.stride[1]
            self.read[
                top : top + self.kernel.shape[0], left : left + self.kernel.shape[1]
            ] = True

    def __repr__(self) -> str:
        words = (
            f"{_size(self.image_shape)} image, {_size(self.kernel.shape)} kernel, "
            f"stride {_short(self.stride)}, padding {_short(self.padding)} "
            f"→ {_size(self.output.shape)} output"
        )
        if unread := self._unread():
            words += f"; never read: {unread}"
        return f"Player({words})"

    def _unread(self) -> str:
        """Name the rows and columns of the padded image that no window reaches."""
        rows = np.flatnonzero(~self.read.any(axis=1))
        columns = np.flatnonzero(~self.read.any(axis=0))
        return " and ".join(
            f"{name}{'s' if len(which) > 1 else ''} {_span(which)}"
            for name, which in [("row", rows), ("column", columns)]
            if len(which)
        )

    def _is_padding(self) -> np.ndarray:
        return np.pad(
            np.zeros(self.image_shape, bool), self.padding, constant_values=True
        )

    def _repr_html_(self) -> str:
        padding = self._is_padding()
        classes = np.full(self.padded.shape, "", dtype=object)
        classes[padding] = "padding"
        classes[~self.read] = "unread"
        fh, fw = self.kernel.shape
        frame = [[_frame(u, v, fh, fw) for v in range(fw)] for u in range(fh)]
        values, weights, results = map(
            number_texts, (self.padded, self.kernel, self.output)
        )
        first = np.full(self.padded.shape, "", dtype=object)
        for u, v in np.ndindex(fh, fw):
            classes[u, v] += frame[u][v]
            first[u, v] = f' data-weight="{weights[u, v]}"'
        done = np.full(self.output.shape, "", dtype=object)
        done[0, 0] = _frame(0, 0, 1, 1)

        rounded = any(
            not np.allclose(number, float(text.replace("−", "-")), 0, 1e-9)
            for numbers, texts in [
                (self.padded, values),
                (self.kernel, weights),
                (self.output, results),
            ]
            for number, text in zip(numbers.flat, texts.flat, strict=True)
        )
        equals = "≈" if rounded else "="
        sums = ['<span class="at">output[0, 0]</span>']
        for u in range(fh):
            products = " + ".join(
                f'<span class="{"from-padding" if padding[u, v] else ""}">'
                f"{_product(values[u, v], weights[u, v])}</span>"
                for v in range(fw)
            )
            sums.append(f'<span class="">{"+ " if u else ""}{products}</span>')
        sums.append(f'<span class="total">{equals} {results[0, 0]}</span>')

        notes = []
        if padding.any():
            notes.append('<i class="padding"></i>padding')
        if not self.read.all():
            of = " of the padded image" if padding.any() else ""
            notes.append(f'<i class="unread"></i>never read: {self._unread()}{of}')
        image_title = f"image {_size(self.image_shape)}"
        if padding.any():
            image_title += f" → {_size(self.padded.shape)}"
        # The window's cells also carry the kernel's numbers, small, below their own.
        room = 0.38 * (1 + max(map(len, weights.flat))) + 0.4
        return _template().substitute(
            label=escape(f"Step by step: {repr(self)[7:-1]}", quote=True),
            stride="{} {}".format(*self.stride),
            seconds=f"{self.seconds:g}",
            equals=equals,
            image=_table("image", values, image_title, classes, first, room=room),
            kernel=_table("kernel", weights, f"kernel {_size(self.kernel.shape)}"),
            output=_table(
                "output", results, f"output {_size(self.output.shape)}", done
            ),
            sum="".join(sums),
            last=self.output.size - 1,
            notes=f'<p class="notes">{" &nbsp; ".join(notes)}</p>' if notes else "",
        )


def _size(shape: tuple[int, int]) -> str:
    return f"{shape[0]} × {shape[1]}"


def _short(pair: tuple[Any, ...]) -> str:
    """One number where both are equal: `(1, 1)` → "1", `((0, 1), (0, 1))` → "(0, 1)"."""
    pair = tuple(_short(one) if isinstance(one, tuple) else str(one) for one in pair)
    return pair[0] if pair[0] == pair[1] else f"({pair[0]}, {pair[1]})"


def _product(value: str, weight: str) -> str:
    return f"{value}·{f'({weight})' if weight.startswith('−') else weight}"


def _frame(u: int, v: int, height: int, width: int) -> str:
    """Return the classes of cell (u, v) of a window, which is framed at its rim."""
    sides = [
        ("top", u == 0),
        ("bottom", u == height - 1),
        ("left", v == 0),
        ("right", v == width - 1),
    ]
    return "".join(f" {name}" for name, is_rim in [("on", True), *sides] if is_rim)


def _table(
    name: str,
    texts: np.ndarray,
    title: str,
    classes: np.ndarray | None = None,
    attributes: np.ndarray | None = None,
    room: float = 0.0,
) -> str:
    """Make a table with one cell per text, all of one width in em, `room` at least."""
    nothing = np.full(texts.shape, "", dtype=object)
    classes = nothing if classes is None else classes
    attributes = nothing if attributes is None else attributes
    cell = max(2.05, 0.62 * max(map(len, texts.flat)) + 0.5, room)
    rows = "".join(
        "<tr>"
        + "".join(
            f'<td class="{classes[i, j].strip()}"{attributes[i, j]}><span>{texts[i, j]}</span></td>'
            for j in range(texts.shape[1])
        )
        + "</tr>"
        for i in range(texts.shape[0])
    )
    return (
        f'<table class="cells {name}" style="--cell:{cell:.2f}em">'
        f"<caption>{escape(title)}</caption><tbody>{rows}</tbody></table>"
    )
