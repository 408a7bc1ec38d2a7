"""The one place that makes a text from a student harmless.

`shown` is for terminals, logs and messages, `harmless_markdown` for what formgrader and JupyterLab
render, `spreadsheet_text` for spreadsheets. What comes out of them looks as what went in, but does nothing.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any

# How much of a text that came from a student is shown, in characters.
SHOWN = 2000
# All that is said of a hidden test that the student's process did not live through.
UNFINISHED = (
    "A hidden test could not be finished: your code took too long, took too much memory, "
    "sent too much, or ended its process."
)


def shown(text: Any, length: int = SHOWN) -> str:
    """Cut a text and escape what is not printable, terminal codes included."""
    text = str(text)
    if len(text) > length:
        text = text[:length] + " … (cut)"
    return "".join(
        c if c.isprintable() or c == "\n" else c.encode("unicode_escape").decode()
        for c in text
    )


# Seen by nobody, and enough to make a tag, an entity, a command or an address none: U+2060.
_NOTHING = "\u2060"
_TAG = re.compile(r"<(?=[A-Za-z/!?])")
_ENTITY = re.compile(r"&(?=[#A-Za-z])")
# Commands of MathJax that make links or attributes, load more, or define commands anew.
_COMMAND = re.compile(
    r"\\(?=(?:href|url|html\w*|class|cssId|style|data|require|def|let|newcommand|renewcommand"
    r"|newenvironment|renewenvironment|csname|mmlToken|unicode|includegraphics|bbox|action|toggle"
    r"|mathtip|texttip|tooltip)(?![A-Za-z]))"
)
_PICTURE = re.compile(
    r"!(?=\[)(?:(?=\[[^\[\]\n]{0,200}\]\(attachment:(?P<name>[A-Za-z0-9_.\-]{1,200})\)))?"
    r"(?P<words>\[[^\]\n]{0,500}\])?"
)
_SCHEME = re.compile(
    r"(java|vb|live)?(script|data|blob|filesystem|file|about|view-source)(?=[\s\\]{0,20}:)",
    re.IGNORECASE,
)
_TARGET = re.compile(r"(\][ \t\n]{0,9}[(:][ \t\n]{0,9}<?[^\s:/?#()<>]{0,99})(?=:)")
_ALLOWED = re.compile(r"[(:\s<](?:https?|mailto|attachment)\Z", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def harmless_markdown(text: str, attachments: Collection[str] = ()) -> str:
    """Take the power from a Markdown text that a browser will render, in linear time.

    HTML, entities, pictures from elsewhere, links other than to the web and what TeX could do
    stay visible as they were typed. This works on the text and not on the page, since each program
    that shows a notebook renders Markdown in its own way.

    Args:
        text: what a student wrote.
        attachments: the names of the pictures that the cell holds. nbconvert gives up a whole
            page over a picture that is not there.
    """
    text = _CONTROL.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))
    text = _TAG.sub("<" + _NOTHING, text)
    text = _ENTITY.sub("&" + _NOTHING, text)
    text = _COMMAND.sub("\\\\" + _NOTHING, text)
    text = _PICTURE.sub(
        lambda found: (
            found[0]
            if found["name"] in attachments
            else f"!{_NOTHING}{found['words'] or ''}{_NOTHING}"
        ),
        text,
    )
    text = _SCHEME.sub(lambda found: found[0] + _NOTHING, text)
    return _TARGET.sub(
        lambda found: found[0] + ("" if _ALLOWED.search(found[0]) else _NOTHING), text
    )


def as_code(text: str) -> str:
    """Return Markdown that shows a text as it is, as a block of code."""
    return "\n".join("    " + line for line in text.splitlines())


_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
# Where a program may cut a cell in two, and the second one begins.
_CUT = re.compile(r"([;,|\t\r\n\"])(?=[\s\"']*[=+\-@＝＋－＠])")


def spreadsheet_text(text: str) -> str:
    """Keep a spreadsheet from taking a text, or a part of it, for a formula.

    Programs that separate cells by `;` cut a text there, quoted or not.
    """
    text = _CUT.sub(r"\1'", text)
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text
