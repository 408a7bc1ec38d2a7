"""What a learning management system hands out: who sent which file, and when.

Canvas puts all files into one folder and everything it knows into their names:

    lastfirst_LATE_12345_678910_filters-1.ipynb
    └ name    └ late └ user └ file  └ the student's own name for it; -1, -2: sent again

Moodle makes a folder for each student, older ones put that folder's name before the
file's. Where students are anonymous, the name is "Participant":

    First Last_1234567_assignsubmission_file_/filters.ipynb

Canvas numbers its users. Moodle's number belongs to one student in *one assignment*
(its table assign_user_mapping), so across assignments only the name, or a roster with
e-mail addresses, tells who is who.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Literal

_CANVAS = re.compile(
    r"(?:(?P<name>.+?)_)?(?P<late>LATE_)?(?P<user>(?(name)\d+|anon_\w+?))_"
    r"(?:(?P<file>\d+)_(?P<filename>.+)|(?P<online>text|link)\.html)"
)
_MOODLE = re.compile(
    r"(?P<name>.+)_(?P<user>\d+)_assignsubmission_(?P<kind>[a-z]+)(?:_(?P<filename>.*))?"
)
_COPY = re.compile(
    r"^(?:copy of |kopie von |copie de |copia de |コピー ~ )|(?:의)? ?사본$"
    r"| ?\(\d+\)$|[-_ ]+copy\d*$|(?<=\D)-\d+$",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Sender:
    """Who sent a file, as far as its name tells.

    `user` is the number in the LMS, or "" where there is none. `order` grows with each
    attempt where the LMS counts them; 0 elsewhere.
    """

    lms: Literal["canvas", "moodle", ""]
    name: str
    user: str
    filename: str
    late: bool = False
    order: int = 0
    typed: bool = False

    @property
    def anonymous(self) -> bool:
        """Whether the LMS hides who it is."""
        return self.name.casefold() in ("", "participant")


def identify(path: PurePosixPath, assignment: str, notebook: str) -> Sender | None:
    """Read the sender from a file's path.

    Args:
        path: the path inside the zip or the folder.
        assignment: the assignment's name: a folder of that name says nothing of a student.
        notebook: the notebook's name without extension, for example "filters".

    Returns:
        the sender, or None if neither a folder nor the file's name tells of one.
    """
    parts = [unicodedata.normalize("NFC", part) for part in path.parts]
    for i, part in enumerate(parts):
        last = i == len(parts) - 1
        if match := _MOODLE.fullmatch(part):
            inside = match["filename"] or parts[-1]
            return Sender(
                "moodle",
                match["name"].strip(),
                match["user"],
                inside if last else parts[-1],
                typed=match["kind"] != "file",
            )
        if match := _CANVAS.fullmatch(part):
            return Sender(
                "canvas",
                match["name"] or "",
                match["user"],
                (match["filename"] or part) if last else parts[-1],
                late=bool(match["late"]),
                order=int(match["file"] or 0),
                typed=bool(match["online"]),
            )
    *folders, filename = parts
    folders = [
        folder.removesuffix(".zip") for folder in folders if folder != assignment
    ]
    name = own_name(filename)
    if (
        notebook.casefold() in name.casefold()
    ):  # student_filters.ipynb, or a folder's filters.ipynb
        name = re.sub(re.escape(notebook), "", name, flags=re.IGNORECASE)
        name = name if slug(name) else "".join(folders[-1:])
    elif folders:
        name = folders[-1]
    return Sender("", name.strip("_- "), "", filename) if slug(name) else None


def own_name(filename: str) -> str:
    """Take from a file's name what browsers, Colab and Canvas add to it.

    >>> [own_name(n) for n in ("Copy of filters.ipynb", "filters (1).ipynb", "filters-2.ipynb")]
    ['filters', 'filters', 'filters']
    """
    stem, before = (
        PurePosixPath(unicodedata.normalize("NFC", filename)).stem.strip(),
        None,
    )
    while stem != before:
        stem, before = _COPY.sub("", stem).strip(), stem
    return stem.removesuffix(".ipynb")


def slug(name: str) -> str:
    """Make a name usable as nbgrader's student id: letters of any script, digits, hyphens.

    >>> slug("First  Last"), slug("../학생 하나")
    ('first-last', '학생-하나')
    """
    name = unicodedata.normalize("NFC", name).casefold()
    return re.sub(r"[\W_]+", "-", name).strip("-")[:80]
