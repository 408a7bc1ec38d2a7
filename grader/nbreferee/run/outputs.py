"""What may be shown of a student's outputs: text and pictures, no HTML, no scripts."""

from __future__ import annotations

import re
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_output

from nbreferee.limits import Limits
from nbreferee.text import shown

_PICTURES = ("image/png", "image/jpeg")


def clean_outputs(outputs: Any, limits: Limits) -> list[NotebookNode]:
    """Make notebook outputs of what a student's process says its cell has shown.

    Text is cut and its control characters are escaped; of rich outputs only plain text and
    pictures are kept: HTML, SVG and scripts would run in the browser of whoever reads them.
    """
    room = limits.output_kb * 1024
    pictures = 16 * room
    result = []
    for output in outputs if type(outputs) is list else []:
        if type(output) is not dict or len(result) >= 1000:
            continue
        kind = output.get("output_type")
        if kind == "stream":
            text = _printable(output.get("text"), room)
            room -= len(text)
            name = "stderr" if output.get("name") == "stderr" else "stdout"
            result.append(new_output("stream", name=name, text=text))
        elif kind == "error":
            lines = output.get("traceback")
            lines = (
                [_printable(line, 2000) for line in lines[:60]]
                if type(lines) is list
                else []
            )
            name, value = shown(output.get("ename"), 80), shown(output.get("evalue"))
            result.append(error_output(name, value, lines or [f"{name}: {value}"]))
        elif (
            kind in ("display_data", "execute_result")
            and type(output.get("data")) is dict
        ):
            data = {}
            for mime, content in output["data"].items():
                if mime == "text/plain":
                    data[mime] = _printable(content, room)
                    room -= len(data[mime])
                elif (
                    mime in _PICTURES
                    and type(content) is str
                    and len(content) <= pictures
                    and re.fullmatch(r"[A-Za-z0-9+/=\s]+", content)
                ):
                    pictures -= len(content)
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
