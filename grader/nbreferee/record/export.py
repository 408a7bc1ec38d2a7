"""Grades as CSV: for a spreadsheet, for Canvas, for Moodle.

Canvas imports it at Grades ▸ Import: its gradebook's columns, students by its own number.
Moodle imports it at the assignment's View all submissions ▸ Upload grading worksheet, with
"Allow updating records that have been modified more recently" ticked.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import nbformat

from nbreferee.course import Course, Problem, write
from nbreferee.submission import Submission
from nbreferee.text import spreadsheet_text

if TYPE_CHECKING:
    from nbgrader.api import Gradebook, Student, SubmittedAssignment

Layout = Literal["plain", "canvas", "moodle"]
Cell = str | float | int | None
_PART = re.compile(r"^##\s+(?P<title>.+?)\s*\(\d+ points?\)", re.MULTILINE)


@dataclass
class Export:
    """A table of grades, and who is to be told of."""

    rows: list[list[Cell]]
    not_graded: list[str] = field(default_factory=list)
    not_graded_by_hand: list[str] = field(default_factory=list)
    without_number: list[str] = field(default_factory=list)

    def text(self) -> str:
        """Write the table as CSV; nothing in it runs as a formula."""
        out = StringIO(newline="")
        csv.writer(out).writerows([[safe(cell) for cell in row] for row in self.rows])
        return out.getvalue()

    def save(self, path: Path) -> None:
        """Write the file, in the form of UTF-8 that spreadsheets recognise."""
        write(path, self.text().encode("utf-8-sig"))


def safe(value: Cell) -> Cell:
    """Keep a spreadsheet from taking text for a formula; show numbers without a tail."""
    if isinstance(value, str):
        return spreadsheet_text(value)
    return f"{value:g}" if isinstance(value, float) else value


def export(
    course: Course,
    assignments: Sequence[str],
    layout: Layout = "plain",
    column: str = "",
) -> Export:
    """Make the table of the grades of one or more assignments.

    Students who handed nothing in are listed with empty cells. So are those whose newest attempt
    is not graded: the points of an older one are not theirs. `Export.not_graded` names them.

    Args:
        course: the course.
        assignments: the assignments' names.
        layout: for whom the table is.
        column: the assignment's name in Canvas; by default its name here.

    Raises:
        Problem: if an assignment does not exist, or is not graded yet.
    """
    if layout == "moodle" and len(assignments) != 1:
        raise Problem("Moodle takes one assignment a file. Name one.")
    if column and len(assignments) != 1:
        raise Problem("--column names one assignment. Name one.")
    for assignment in assignments:
        course.notebook(assignment)
    with course.gradebook() as gradebook:
        known = {a.name for a in gradebook.assignments}
        for assignment in assignments:
            if assignment not in known:
                raise Problem(
                    f"{assignment} is not graded yet. First: nbreferee grade {assignment}"
                )
        make = {"plain": _plain, "canvas": _canvas, "moodle": _moodle}[layout]
        return make(course, gradebook, list(assignments), column)


def parts(course: Course, assignment: str) -> dict[str, list[str]]:
    """Return the graded cells' ids under each heading that carries points."""
    notebook = nbformat.read(course.notebook(assignment), as_version=4)
    found: dict[str, list[str]] = {}
    heading = ""
    for cell in notebook.cells:
        about = cell.metadata.get("nbgrader", {})
        if about.get("grade") or about.get("task"):
            found.setdefault(heading or about["grade_id"], []).append(about["grade_id"])
        elif cell.cell_type == "markdown" and (match := _PART.search(cell.source)):
            heading = match["title"]
    return found


@dataclass
class _Line:
    """One student's grade for one assignment; None where the newest attempt has none yet."""

    submission: Submission
    points: dict[str, float] | None
    total: float | None
    of: float | None
    late: bool
    by_hand: str
    remarks: str

    def under(self, cells: Iterable[str]) -> float | None:
        """Return the points of some cells together; one that has no grade has none."""
        if self.points is None:
            return None
        return sum((self.points.get(cell, 0.0) for cell in cells), 0.0)


def _lines(course: Course, gradebook: Gradebook, assignment: str) -> dict[str, _Line]:
    from nbreferee.record.gradebook import results

    lines = {}
    submitted: dict[str, SubmittedAssignment] = {
        s.student.id: s for s in gradebook.assignment_submissions(assignment)
    }
    everybody = {*submitted, *course.students("submitted", assignment)}
    for result in results(course, assignment, sorted(everybody)):
        if result.state == "lost":
            lines[result.student] = _Line(
                Submission.load(course, result.student, assignment),
                *(None, None, None),
                late=result.late,
                by_hand="",
                remarks="; ".join(result.remarks),
            )
            continue
        grades = [g for n in submitted[result.student].notebooks for g in n.grades]
        read = any(g.manual_score is not None for g in grades)
        lines[result.student] = _Line(
            Submission.load(course, result.student, assignment),
            {g.name: g.score for g in grades},
            result.points,
            result.total,
            result.late,
            "to do" if result.by_hand else "done" if read else "",
            "; ".join(filter(None, result.remarks)),
        )
    return lines


def _name(student: Student) -> str:
    return (
        ", ".join(filter(None, (student.last_name, student.first_name))) or student.id
    )


def _not_graded(lines: dict[str, _Line]) -> list[str]:
    return [student for student, line in lines.items() if line.total is None]


def _to_do(lines: dict[str, _Line]) -> list[str]:
    return [student for student, line in lines.items() if line.by_hand == "to do"]


def _plain(
    course: Course, gradebook: Gradebook, assignments: list[str], column: str
) -> Export:
    header: list[Cell] = ["Student", "Id", "Number in LMS", "E-mail"]
    students = list(gradebook.students)
    table: dict[str, list[Cell]] = {
        s.id: [_name(s), s.id, s.lms_user_id, s.email] for s in students
    }
    totals = dict.fromkeys(table, 0.0)
    export, most = Export([]), 0.0
    for assignment in assignments:
        lines = _lines(course, gradebook, assignment)
        export.not_graded_by_hand += _to_do(lines)
        export.not_graded += _not_graded(lines)
        columns = parts(course, assignment)
        said = ["Points", "Out of", "Late", "Hand grading", "Handed in", "Remarks"]
        before = f"{assignment}: " if len(assignments) > 1 else ""
        header += [before + name for name in [*columns, *said]]
        most += gradebook.find_assignment(assignment).max_score
        for student, row in table.items():
            line = lines.get(student)
            if line is None:
                row += [None] * (len(columns) + len(said))
                continue
            time = line.submission.time
            row += [line.under(cells) for cells in columns.values()]
            row += [line.total, line.of, "yes" if line.late else "no", line.by_hand]
            row += [time.strftime("%Y-%m-%d %H:%M UTC") if time else "", line.remarks]
            totals[student] += line.total or 0.0
    if len(assignments) > 1:
        header += ["Total", "Out of"]
        for student, row in table.items():
            row += [totals[student], most]
    export.rows = [
        header,
        *sorted(table.values(), key=lambda row: str(row[0]).casefold()),
    ]
    return export


def _canvas(
    course: Course, gradebook: Gradebook, assignments: list[str], column: str
) -> Export:
    lines = {a: _lines(course, gradebook, a) for a in assignments}
    blank: list[Cell] = [""] * 3
    export = Export(
        [
            [
                "Student",
                "ID",
                "SIS Login ID",
                "Section",
                *([column] if column else assignments),
            ],
            ["    Points Possible", *blank]
            + [gradebook.find_assignment(a).max_score for a in assignments],
        ]
    )
    for student in sorted(gradebook.students, key=lambda s: _name(s).casefold()):
        mine = [lines[a].get(student.id) for a in assignments]
        number = student.lms_user_id or ""
        if not number.isdigit() and any(mine):
            export.without_number.append(student.id)
        login: list[Cell] = [
            number if number.isdigit() else "",
            student.email or "",
            "",
        ]
        export.rows.append(
            [_name(student), *login, *(line.total if line else None for line in mine)]
        )
    export.not_graded_by_hand = [s for a in assignments for s in _to_do(lines[a])]
    export.not_graded = [s for a in assignments for s in _not_graded(lines[a])]
    return export


def _moodle(
    course: Course, gradebook: Gradebook, assignments: list[str], column: str
) -> Export:
    lines = _lines(course, gradebook, assignments[0])
    export = Export(
        [
            [
                "Identifier",
                "Full name",
                "Email address",
                "Status",
                "Grade",
                "Maximum Grade",
                "Last modified (grade)",
            ]
        ]
    )
    students = {s.id: s for s in gradebook.students}
    export.not_graded = _not_graded(lines)
    for student, line in lines.items():
        if line.total is None:
            continue
        if line.submission.lms != "moodle":
            export.without_number.append(student)
            continue
        status = "Submitted for grading" + (" - late" if line.late else "")
        name, email = line.submission.name, students[student].email or ""
        number = f"Participant {line.submission.user}"
        export.rows.append([number, name, email, status, line.total, line.of, ""])
    export.not_graded_by_hand = _to_do(lines)
    return export
