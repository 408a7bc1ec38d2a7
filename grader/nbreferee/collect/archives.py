"""What lies in a zip, a folder or a file that was handed in, within limits."""

from __future__ import annotations

import re
import stat
import struct
import unicodedata
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import IO, BinaryIO

from nbreferee.course import Problem

MAX_FILE = 20 * 1024**2
# What one submission may unpack to, and how many files of it are looked at; a budget for all
# would let one student use up what the others need.
MAX_SUBMISSION = 100 * 1024**2
MAX_FILES = 1000
# How many files the list of a student's own zip may name: an honest `.venv` has 30,000.
MAX_LISTED = 100_000
# How much of a file's name is read, as on a disk: a zip has room for 65,535 characters, on which
# what is looked for in a name would take minutes.
MAX_NAME = 255
# How many submissions a source may hold.
MAX_SUBMISSIONS = 20_000

_JUNK = re.compile(
    r"__MACOSX|\.DS_Store|Thumbs\.db|desktop\.ini|\._.*|\.ipynb_checkpoints"
)
# Folders of a student's own zip in which no answer lies.
_MACHINERY = re.compile(r"\.?venv|site-packages|node_modules|__pycache__|\.git")


@dataclass(frozen=True)
class Upload:
    """A file as it was found: where its bytes lie, or the reason why there are none.

    `time` is when it was handed in; `changed` is what a student's own zip says of its files: no
    proof of anything, and good enough to choose among them.
    """

    source: str
    path: PurePosixPath
    stored: Path | None = None
    time: datetime | None = None
    changed: datetime | None = None
    problem: str = ""

    @property
    def data(self) -> bytes | None:
        """The bytes; they stay on the disk until they are needed."""
        return self.stored.read_bytes() if self.stored else None

    @property
    def start(self) -> bytes:
        """The first bytes, enough to see what kind of file it is."""
        if self.stored is None:
            return b""
        with self.stored.open("rb") as file:
            return file.read(4096)


def read(source: Path, scratch: Path) -> Iterator[Upload]:
    """Read what a zip, a folder or a single file holds, junk aside, within limits.

    No name is used as a path on this machine, so that a name that leads elsewhere, a link or a
    bomb does no harm; each is told of in `Upload.problem`. What is unpacked lies in `scratch`,
    under numbers, as long as the caller keeps that folder.

    Raises:
        Problem: if `source` is not there, is no zip, or holds more submissions than any class.
    """
    desk = _Desk(scratch)
    if source.is_dir():
        yield from _folder(source, desk)
    elif source.suffix.lower() == ".zip":
        with source.open("rb") as file:
            yield from _zip(file, source.name, desk)
    elif source.is_file():
        yield _file(source, PurePosixPath(source.name), source.name, desk)
    else:
        raise Problem(f"There is no file or folder {source}.")


class _Spent(Exception):
    """A submission is larger than allowed; the message says in what."""


class _Desk:
    """Where files are unpacked, and what each submission may still take."""

    def __init__(self, scratch: Path) -> None:
        self.scratch, self.written = scratch, 0
        self.files: dict[str, int] = {}
        self.size: dict[str, int] = {}

    def file(self, path: PurePosixPath, source: str) -> None:
        """Count a file of the submission that a path belongs to: the one of its first part."""
        owner = path.parts[0] if path.parts else ""
        left = self.files.setdefault(owner, MAX_FILES)
        if len(self.files) > MAX_SUBMISSIONS:
            raise Problem(
                f"{source} holds more than {MAX_SUBMISSIONS:,} files. Is it the right one?"
            )
        if left == 0:
            raise _Spent(f"one of more than {MAX_FILES:,} files: hand in the notebook")
        self.files[owner] = left - 1

    def unpack(self, path: PurePosixPath, stream: IO[bytes]) -> bytes:
        """Read a file at the expense of its submission: up to a byte more than is allowed."""
        owner = path.parts[0] if path.parts else ""
        left = self.size.setdefault(owner, MAX_SUBMISSION)
        data = stream.read(min(MAX_FILE, left) + 1) if left else b""
        self.size[owner] = max(0, left - len(data))
        if len(data) > left or not left:
            raise _Spent(
                f"part of what unpacks to more than {MAX_SUBMISSION >> 20} MB: hand in the "
                "notebook alone"
            )
        return data

    def store(self, data: bytes) -> Path:
        """Write down what was unpacked."""
        self.written += 1
        place = self.scratch / str(self.written)
        place.write_bytes(data)
        return place


def _too_large(size: int | None = None) -> str:
    real = f" ({size >> 20} MB)" if size else ""
    return f"larger than {MAX_FILE >> 20} MB{real}: hand in the notebook with its outputs cleared"


def _folder(folder: Path, desk: _Desk) -> Iterator[Upload]:
    for path in sorted(folder.rglob("*")):
        name = PurePosixPath(path.relative_to(folder).as_posix())
        if not _junk(name) and (path.is_symlink() or path.is_file()):
            yield from _unpacked(_file(path, name, folder.name, desk), desk)


def _file(path: Path, name: PurePosixPath, source: str, desk: _Desk) -> Upload:
    upload = Upload(source, name)
    if path.is_symlink():
        return replace(upload, problem="a link, not a file")
    found = path.stat()
    time = datetime.fromtimestamp(found.st_mtime, UTC)
    if found.st_size > MAX_FILE:
        return replace(upload, time=time, problem=_too_large(found.st_size))
    return replace(upload, time=time, stored=path)


def _unpacked(upload: Upload, desk: _Desk) -> Iterator[Upload]:
    """Look into a zip that a student handed in, one level deep."""
    if upload.stored is None or upload.path.suffix.lower() != ".zip":
        yield upload
        return
    try:
        yield from _inside(upload, desk)
    except Problem as problem:
        yield replace(upload, stored=None, problem=problem.message)


def _inside(upload: Upload, desk: _Desk) -> Iterator[Upload]:
    """Take the notebooks out of a student's own zip; if there is none, the other files."""
    data = upload.data or b""
    if data.count(b"PK\x01\x02") > MAX_LISTED:
        raise Problem(f"a zip of more than {MAX_LISTED:,} files: hand in the notebook")
    archive = _opened(BytesIO(data), upload.path)
    entries = [
        (PurePosixPath(entry_name(entry)), entry)
        for entry in archive.infolist()
        if not entry.is_dir()
    ]
    entries = [
        (name, entry)
        for name, entry in entries
        if not any(_MACHINERY.fullmatch(part) for part in name.parts[:-1])
        and not _junk(name)
    ]
    notebooks = [e for e in entries if e[0].suffix.lower() == ".ipynb"]
    for name, entry in notebooks or entries[:100]:
        found = _entry(archive, entry, upload.source, upload.path, name, desk)
        yield replace(found, time=upload.time, changed=found.time)
    if not entries:
        reason = "a zip without a notebook: hand in the notebook itself"
        yield replace(upload, stored=None, problem=reason)


def _zip(file: BinaryIO, source: str, desk: _Desk) -> Iterator[Upload]:
    archive = _opened(file, source)
    for entry in archive.infolist():
        name = PurePosixPath(entry_name(entry))
        if not entry.is_dir() and not _junk(name):
            upload = _entry(archive, entry, source, PurePosixPath(), name, desk)
            yield from _unpacked(upload, desk)


def _opened(file: BinaryIO, what: object) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(file)
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError) as error:
        raise Problem(f"{what} is damaged or not a zip: download it again.") from error


def _entry(
    archive: zipfile.ZipFile,
    entry: zipfile.ZipInfo,
    source: str,
    at: PurePosixPath,
    name: PurePosixPath,
    desk: _Desk,
) -> Upload:
    path = at / name.relative_to(name.anchor)
    upload = Upload(source, path, time=_time(entry))
    if name.is_absolute() or ".." in name.parts:
        return replace(upload, problem="its name leads out of the zip")
    if stat.S_ISLNK(entry.external_attr >> 16):
        return replace(upload, problem="a link, not a file")
    if entry.flag_bits & 0x1:
        locked = "locked with a password: hand it in without one"
        return replace(upload, problem=locked)
    # Of the other methods Python unpacks all that it has read, however little is asked for.
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        rare = "packed by a rare method: hand in the notebook itself"
        return replace(upload, problem=rare)
    try:
        desk.file(path, source)
        with archive.open(entry) as stream:
            data = desk.unpack(path, stream)
        if len(data) > MAX_FILE:
            return replace(upload, problem=_too_large())
        return replace(upload, stored=desk.store(data))
    except Problem:
        raise
    except _Spent as spent:
        return replace(upload, problem=str(spent))
    except Exception as error:  # each decompressor has errors of its own
        why = f"cannot be unpacked ({error}): download the zip again"
        return replace(upload, problem=why)


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
    parts = name.replace("\\", "/").split("/")
    return unicodedata.normalize("NFC", "/".join(part[:MAX_NAME] for part in parts))


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
