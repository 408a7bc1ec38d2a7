"""What may be shown of a student's outputs: text and pictures, no HTML, no scripts."""

from __future__ import annotations

import re
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_output

from nbreferee.limits import MB, Limits
from nbreferee.run.pictures import MOST_PIXELS, pixels
from nbreferee.text import shown

_PICTURES = ("image/png", "image/jpeg")


class Room:
    """What a submission may still show: characters of text and pictures, pixels, and outputs."""

    def __init__(self, limits: Limits) -> None:
        self.cell = limits.output_kb * 1024
        self.text = self.pictures = limits.shown_mb * MB
        self.pixels = MOST_PIXELS
        self.outputs = 5000

    def take(self, kind: str, count: int) -> bool:
        """Take room for something as a whole, if there is enough."""
        left = getattr(self, kind) - count
        if left < 0:
            return False
        setattr(self, kind, left)
        return True


def clean_outputs(outputs: Any, room: Room) -> list[NotebookNode]:
    """Make notebook outputs of what a student's process says its cell has shown.

    Text is cut and its control characters are escaped; of rich outputs only plain text and
    pictures are kept: HTML, SVG and scripts would run in the browser of whoever reads them. What
    is kept is taken from the room of the whole notebook, the texts of errors included.
    """
    result: list[NotebookNode] = []
    left = room.cell

    def text(content: Any, most: int) -> str:
        nonlocal left
        made = _printable(content, min(most, left, room.text))
        left -= len(made)
        room.text = max(0, room.text - len(made))
        return made

    for output in outputs if type(outputs) is list else []:
        if type(output) is not dict or len(result) >= 1000:
            continue
        if not room.take("outputs", 1):
            break
        kind = output.get("output_type")
        if kind == "stream":
            name = "stderr" if output.get("name") == "stderr" else "stdout"
            shown_text = text(output.get("text"), room.cell)
            result.append(new_output("stream", name=name, text=shown_text))
        elif kind == "error":
            lines = output.get("traceback")
            lines = lines[:60] if type(lines) is list else []
            name = text(output.get("ename"), 80)
            value = text(output.get("evalue"), 2000)
            lines = [text(line, 2000) for line in lines] or [f"{name}: {value}"]
            result.append(error_output(name, value, lines))
        elif (
            kind in ("display_data", "execute_result")
            and type(output.get("data")) is dict
        ):
            data = {}
            for mime, content in output["data"].items():
                if mime == "text/plain":
                    data[mime] = text(content, room.cell)
                elif (
                    mime in _PICTURES
                    and type(content) is str
                    and len(content) <= 16 * room.cell
                    and re.fullmatch(r"[A-Za-z0-9+/=\s]+", content)
                    and (size := pixels(content)) is not None
                    and room.take("pixels", size)
                    and room.take("pictures", len(content))
                ):
                    data[mime] = content
            if data:
                result.append(new_output(kind, data=data))
    return result


# Colours and other attributes that IPython prints; every other terminal code is escaped.
_COLOURS = re.compile(r"(\x1b\[[0-9;]*m)")


def _printable(text: Any, length: int) -> str:
    text = text if type(text) is str else ""
    text = text[: max(0, length)].replace("\r\n", "\n").replace("\t", "    ")
    parts = _COLOURS.split(text)
    return "".join(
        part if i % 2 else shown(part.replace("\r", "\n"), len(part))
        for i, part in enumerate(parts)
    )


def error_output(name: str, value: str, lines: list[str]) -> NotebookNode:
    return new_output("error", ename=name, evalue=value, traceback=lines)
