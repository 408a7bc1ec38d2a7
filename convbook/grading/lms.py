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

import csv
import re
import stat
import struct
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from io import BytesIO, StringIO
from pathlib import Path, PurePosixPath
from typing import Literal

from .course import Problem

MAX_FILE = 20 * 1024**2
MAX_TOTAL = 2 * 1024**3
MAX_FILES = 20_000

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
_JUNK = re.compile(
    r"__MACOSX|\.DS_Store|Thumbs\.db|desktop\.ini|\._.*|\.ipynb_checkpoints"
)


@dataclass(frozen=True)
class Upload:
    """A file as it was found: bytes, or the reason why there are none."""

    source: str
    path: PurePosixPath
    data: bytes | None = None
    time: datetime | None = None
    problem: str = ""


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


def read(source: Path) -> Iterator[Upload]:
    """Read what a zip, a folder or a single file holds, junk aside, within limits.

    Nothing is written and no name is used as a path on this machine, so that a name that
    leads elsewhere, a link or a bomb does no harm; each is told of in `Upload.problem`.

    Raises:
        Problem: if `source` is not there, is no zip, or exceeds the limits as a whole.
    """
    budget = _Budget()
    if source.is_dir():
        yield from _folder(source, budget)
    elif source.suffix.lower() == ".zip":
        with source.open("rb") as file:
            yield from _zip(file, source.name, PurePosixPath(), budget)
    elif source.is_file():
        yield _file(source, PurePosixPath(source.name), source.name, budget)
    else:
        raise Problem(f"There is no file or folder {source}.")


@dataclass
class _Budget:
    """What may still be read of one source."""

    files: int = field(default_factory=lambda: MAX_FILES)
    size: int = field(default_factory=lambda: MAX_TOTAL)

    def file(self, source: str) -> None:
        self.files -= 1
        if self.files < 0:
            raise Problem(
                f"{source} holds more than {MAX_FILES:,} files. Is it the right one?"
            )

    def bytes(self, count: int, source: str) -> None:
        self.size -= count
        if self.size < 0:
            raise Problem(
                f"{source} unpacks to more than {MAX_TOTAL >> 30} GB. Split it."
            )


def _too_large(size: int | None = None) -> str:
    real = f" ({size >> 20} MB)" if size else ""
    return f"larger than {MAX_FILE >> 20} MB{real}: hand in the notebook with its outputs cleared"


def _folder(folder: Path, budget: _Budget) -> Iterator[Upload]:
    for path in sorted(folder.rglob("*")):
        name = PurePosixPath(path.relative_to(folder).as_posix())
        if not _junk(name) and (path.is_symlink() or path.is_file()):
            upload = _file(path, name, folder.name, budget)
            yield from _unpacked(upload, budget)


def _file(path: Path, name: PurePosixPath, source: str, budget: _Budget) -> Upload:
    budget.file(source)
    upload = Upload(source, name)
    if path.is_symlink():
        return replace(upload, problem="a link, not a file")
    found = path.stat()
    time = datetime.fromtimestamp(found.st_mtime, UTC)
    if found.st_size > MAX_FILE:
        return replace(upload, time=time, problem=_too_large(found.st_size))
    data = path.read_bytes()
    budget.bytes(len(data), source)
    return replace(upload, time=time, data=data)


def _unpacked(upload: Upload, budget: _Budget) -> Iterator[Upload]:
    """Look into a zip that a student handed in, one level deep."""
    if upload.data is None or upload.path.suffix.lower() != ".zip":
        yield upload
        return
    try:
        inside = list(
            _zip(BytesIO(upload.data), upload.source, upload.path, budget, deep=True)
        )
    except Problem as problem:
        inside = [replace(upload, problem=problem.message)]
    yield from inside or [
        replace(upload, problem="an empty zip: hand in the notebook itself")
    ]


def _zip(
    file: BytesIO,
    source: str,
    at: PurePosixPath,
    budget: _Budget,
    *,
    deep: bool = False,
) -> Iterator[Upload]:
    try:
        archive = zipfile.ZipFile(file)
        entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError) as error:
        raise Problem(
            f"{at or source} is damaged or not a zip: download it again."
        ) from error
    for entry in entries:
        name = PurePosixPath(entry_name(entry))
        if _junk(name):
            continue
        budget.file(source)
        upload = Upload(source, at / name.relative_to(name.anchor), time=_time(entry))
        data, problem = None, ""
        if name.is_absolute() or ".." in name.parts:
            problem = "its name leads out of the zip"
        elif stat.S_ISLNK(entry.external_attr >> 16):
            problem = "a link, not a file"
        elif entry.flag_bits & 0x1:
            problem = "locked with a password: hand it in without one"
        else:
            try:
                with archive.open(entry) as stream:
                    data = stream.read(MAX_FILE + 1)
            except Exception as error:  # each decompressor has errors of its own
                problem = f"cannot be unpacked ({error}): download the zip again"
            else:
                budget.bytes(len(data), source)
                if len(data) > MAX_FILE:
                    data, problem = None, _too_large()
        upload = replace(upload, data=data, problem=problem)
        if deep:
            yield upload
        else:
            yield from _unpacked(upload, budget)


def entry_name(entry: zipfile.ZipInfo) -> str:
    """Decode a file's name in a zip, whatever program wrote it, in Unicode's form NFC."""
    name = entry.filename
    if not entry.flag_bits & 0x800:
        for encoding in ("utf-8", "euc-kr"):  # cp437 is what Python takes it for
            try:
                name = name.encode("cp437").decode(encoding)
                break
            except UnicodeError:
                continue
    return unicodedata.normalize("NFC", name.replace("\\", "/"))


def _time(entry: zipfile.ZipInfo) -> datetime | None:
    """Return when a file was changed: UTC where the zip says so, else local time."""
    extra = entry.extra
    while len(extra) >= 4:
        kind, size = struct.unpack_from("<HH", extra)
        if kind == 0x5455 and size >= 5 and extra[4] & 1:
            return datetime.fromtimestamp(struct.unpack_from("<I", extra, 5)[0], UTC)
        extra = extra[4 + size :]
    try:
        local = datetime(*entry.date_time)
    except ValueError:
        return None
    return local.astimezone(UTC) if local.year > 1980 else None


def _junk(path: PurePosixPath) -> bool:
    return any(_JUNK.fullmatch(part) for part in path.parts)


@dataclass(frozen=True)
class Person:
    """A line of a class list.

    `user` is the number in the names of files. `account` is what stays the same for all
    assignments: Canvas's number, the e-mail address in Moodle's worksheet.
    """

    name: str
    user: str = ""
    account: str = ""
    email: str = ""


class Roster:
    """A class list: Canvas's exported gradebook, Moodle's grading worksheet, or your own.

    Read are the columns Student, Full name or Name; ID or Identifier; Email address, Email
    or SIS Login ID.
    """

    def __init__(self, people: Iterable[Person] = ()) -> None:
        """Keep the people in their order."""
        self.people = list(people)
        self._by_user = {person.user: person for person in self.people if person.user}

    @classmethod
    def read(cls, path: Path) -> Roster:
        """Read a CSV file.

        Raises:
            Problem: if it has no column of names, or is no CSV file.
        """
        data = path.read_bytes()
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = data.decode("cp949", "replace")
        rows = list(csv.DictReader(StringIO(text, newline="")))
        columns = {
            (key or "").strip().casefold(): key for row in rows[:1] for key in row
        }

        def cell(row: dict[str, str], *names: str) -> str:
            found = (row.get(columns[name]) for name in names if name in columns)
            return next((value.strip() for value in found if value), "")

        people = []
        for row in rows:
            name = cell(row, "student", "full name", "name")
            user, email = (
                cell(row, "id"),
                cell(row, "email address", "email", "sis login id"),
            )
            account = user or email
            if identifier := re.fullmatch(r"\D*(\d+)", cell(row, "identifier")):
                user = identifier[1]
            if name and "points possible" not in name.casefold():
                people.append(Person(name, user, account, email))
        if not people:
            raise Problem(
                f"{path} names nobody. A roster is a CSV file with the columns name, id, email; "
                "Canvas's exported gradebook and Moodle's grading worksheet will do."
            )
        return cls(people)

    def find(self, sender: Sender) -> Person | None:
        """Return the person with the sender's number, or the only one with that name."""
        if sender.user in self._by_user:
            return self._by_user[sender.user]
        same = [p for p in self.people if slug(p.name) == slug(sender.name)]
        return same[0] if len(same) == 1 else None
