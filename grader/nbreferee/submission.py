"""What one student handed in for one assignment, as it lies in `submitted/`.

submitted/first-last/01-filters/filters.ipynb     the bytes that came, untouched
                               submission.json   who, when, from which file
                               timestamp.txt     when, for nbgrader
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime
from pathlib import Path

from nbreferee.course import Course, write

RECORD = "submission.json"


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
