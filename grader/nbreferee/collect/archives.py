"""What lies in a zip, a folder or a file that was handed in, within limits."""

from __future__ import annotations

import re
import stat
import struct
import unicodedata
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path, PurePosixPath

from nbreferee.course import Problem

MAX_FILE = 20 * 1024**2
MAX_TOTAL = 2 * 1024**3
MAX_FILES = 20_000

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
