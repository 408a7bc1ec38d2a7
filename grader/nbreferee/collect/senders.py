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
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Literal

# What a student has chosen stands behind what the platform has written, so that of several
# places in a name that look like the platform's the first one is: `.+?`.
_FILE = r"(?:(?P<file>\d+)_(?P<filename>.+)|(?P<online>text|link)\.html)"
_CANVAS = re.compile(r"(?P<name>.+?)_(?P<late>LATE_)?(?P<user>\d+)_" + _FILE)
_CANVAS_ANONYMOUS = re.compile(
    r"(?P<late>LATE_)?(?P<user>anon_(?=\w*?[A-Za-z])[A-Za-z0-9]+)_" + _FILE
)
_MOODLE = re.compile(
    r"(?P<name>.+?)_(?P<user>\d+)_assignsubmission_(?P<kind>[a-z]+)(?:_(?P<filename>.*))?"
)
# A folder's name holds nothing that a student has chosen but the student's own name.
_MOODLE_FOLDER = re.compile(
    r"(?P<name>.+)_(?P<user>\d+)_assignsubmission_(?P<kind>[a-z]+)_?"
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


LMS = Literal["canvas", "moodle", ""]


def platform(paths: Iterable[PurePosixPath]) -> LMS:
    """Say which platform has named the files of a zip or a folder.

    It is one for all of them, so that no student can name a file as the other platform would:
    the one that most of the outermost names tell of, "" if none does.
    """
    named = [_parts(path) for path in paths]
    outermost = {(parts[0], len(parts) > 1) for parts in named if parts}
    votes = Counter(_mark(*each)[0] for each in outermost)
    del votes[""]
    return votes.most_common(1)[0][0] if votes else ""


def _parts(path: PurePosixPath) -> list[str]:
    return [unicodedata.normalize("NFC", part) for part in path.parts if part != ".."]


def _mark(name: str, folder: bool) -> tuple[LMS, re.Match[str] | None]:
    """Find what a platform has written into a name: the mark that comes first."""
    canvas = _CANVAS_ANONYMOUS.fullmatch(name) or _CANVAS.fullmatch(name)
    moodle = (folder and _MOODLE_FOLDER.fullmatch(name)) or _MOODLE.fullmatch(name)
    if canvas and (not moodle or canvas.start("user") < moodle.start("user")):
        return "canvas", canvas
    return ("moodle", moodle) if moodle else ("", None)


def identify(
    path: PurePosixPath, assignment: str, notebook: str, lms: LMS | None = None
) -> Sender | None:
    """Read the sender from a file's path.

    The outermost part of the path tells, for it alone is not the student's: what lies in a folder
    or a zip that was handed in may bear any name.

    Args:
        path: the path inside the zip or the folder.
        assignment: the assignment's name: a folder of that name says nothing of a student.
        notebook: the notebook's name without extension, for example "filters".
        lms: the platform that has named the files, as `platform` tells; None if this is the only
            file.

    Returns:
        the sender, or None if neither a folder nor the file's name tells of one, or if it is
        named as another platform would.
    """
    parts = _parts(path)
    if not parts:
        return None
    alone = len(parts) == 1
    found, match = _mark(parts[0], not alone)
    if match and lms in (found, None):
        groups = match.groupdict()
        inside = groups.get("filename") or parts[-1]
        return Sender(
            found,
            (groups.get("name") or "").strip(),
            match["user"],
            inside if alone else parts[-1],
            late=bool(groups.get("late")),
            order=int(groups.get("file") or 0),
            typed=bool(groups.get("online")) or groups.get("kind", "file") != "file",
        )
    if match:
        return None
    *folders, filename = parts
    folders = [folder.removesuffix(".zip") for folder in folders]
    name = next((folder for folder in folders if folder != assignment), "")
    if not name:  # student_filters.ipynb, student.ipynb
        name = re.sub(re.escape(notebook), "", own_name(filename), flags=re.IGNORECASE)
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
