"""What one student handed in for one assignment, as it lies in `submitted/`.

submitted/first-last/01-filters/filters.ipynb     the bytes that came, untouched
                               submission.json   who, when, from which file
                               timestamp.txt     when, for nbgrader
"""

from __future__ import annotations

import json
import warnings
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from .course import Course, write

if TYPE_CHECKING:
    from nbformat import NotebookNode

RECORD = "submission.json"


class Unreadable(Exception):
    """A file is no notebook; the message says what it is and what to do."""


@dataclass
class Submission:
    """One student's submission and what is known of it.

    `user` is the number by which the LMS knows the student: Canvas's user, Moodle's
    participant in this assignment. `order` and `time` (UTC) tell a newer attempt from an
    older one. `problem` says why there is nothing to grade; such a submission counts zero.
    """

    student: str
    assignment: str
    name: str = ""
    lms: str = ""
    user: str = ""
    file: str = ""
    order: int = 0
    time: datetime | None = None
    late: bool = False
    problem: str = ""
    remarks: list[str] = field(default_factory=list)

    @classmethod
    def load(cls, course: Course, student: str, assignment: str) -> Submission:
        """Read a submission, also one that was put into its folder by hand."""
        folder = course.folder("submitted", student, assignment)
        submission = cls(student, assignment)
        if (folder / RECORD).is_file():
            known = json.loads((folder / RECORD).read_text("utf-8"))
            known["time"] = known["time"] and datetime.fromisoformat(known["time"])
            names = {f.name for f in fields(cls)}
            submission = cls(**{key: known[key] for key in known.keys() & names})
        if not submission.problem and not submission.path(course).is_file():
            name = submission.path(course).name
            submission.problem = f"there is no {name} in the submission"
        return submission

    def save(self, course: Course, data: bytes | None) -> None:
        """Write the notebook's bytes and the record, the record last."""
        folder = course.folder("submitted", self.student, self.assignment)
        if data is None:
            self.path(course).unlink(missing_ok=True)
        else:
            write(self.path(course), data)
        if self.time:
            stamp = self.time.strftime("%Y-%m-%d %H:%M:%S UTC")
            write(folder / "timestamp.txt", stamp.encode())
        record = json.dumps(asdict(self), default=str, ensure_ascii=False, indent=1)
        write(folder / RECORD, record.encode())

    def path(self, course: Course) -> Path:
        """Return where the notebook lies."""
        folder = course.folder("submitted", self.student, self.assignment)
        return folder / course.notebook(self.assignment).name

    def data(self, course: Course) -> bytes:
        """Return the notebook's bytes, empty if nothing came that could be kept."""
        path = self.path(course)
        return path.read_bytes() if path.is_file() else b""


def read_notebook(data: bytes) -> NotebookNode:
    """Read a notebook of any nbformat, whatever program saved it.

    Raises:
        Unreadable: if it is none.
    """
    import nbformat

    try:
        text = data.decode("utf-8-sig")
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Unreadable(_what(data, error)) from error
    if not isinstance(content, dict) or not {"cells", "worksheets"} & content.keys():
        raise Unreadable(
            "a JSON file without cells, not a notebook: hand in the .ipynb file"
        )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            notebook = nbformat.reads(text, as_version=4)
            for cell in notebook.cells:
                assert isinstance(cell.source, str) and isinstance(cell.metadata, dict)
                assert cell.cell_type != "code" or isinstance(cell.outputs, list)
    except Exception as error:  # nbformat raises whatever the damage leads to
        raise Unreadable(
            "a notebook with damaged cells: open it in Colab, download it and hand it in again"
        ) from error
    return notebook


def _what(data: bytes, error: Exception) -> str:
    """Say what a file is that holds no JSON."""
    start = data[:512].lstrip().lower()
    if not data.strip():
        return "an empty file: hand in the notebook again"
    if start.startswith((b"<!doctype", b"<html")):
        return "a web page, not a notebook: in Colab, choose File ▸ Download ▸ Download .ipynb"
    if start.startswith(b"%pdf"):
        return "a PDF, not a notebook: hand in the .ipynb file"
    if start.startswith(b"pk"):
        return "a zip or an office document, not a notebook: hand in the .ipynb file"
    if start.startswith(b"{") and isinstance(error, json.JSONDecodeError):
        return f"cut off or damaged at line {error.lineno}: hand in the notebook again"
    return "no notebook: hand in the .ipynb file"
