"""The one place that makes a text from a student harmless."""

from __future__ import annotations

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
