"""What comes of a submission: a verdict for each cell, and the graded notebook."""

from __future__ import annotations

from dataclasses import dataclass, field

from nbformat import NotebookNode

OK, TIME, MEMORY, KILLED = "ok", "time", "memory", "killed"
OUTPUT, CRASHED = "output", "crashed"
UNREADABLE, FAILED = "unreadable", "failed"


class SolutionFails(RuntimeError):
    """The instructor's own solution does not get all points: nothing can be graded by that."""


@dataclass
class CellVerdict:
    """What became of one code cell: a verdict, what is to be said about it, and its seconds."""

    verdict: str = OK
    message: str = ""
    seconds: float = 0.0
    passed: bool | None = None


@dataclass
class Graded:
    """A graded submission.

    `notebook` is what nbgrader's `SaveAutoGrades` scores: the instructor's tests with the outputs
    of the referee. `verdict` is "ok", or the first other verdict of a cell; "unreadable" with the
    reason in `notes`; "failed" where the grader itself could not do it. `notes` are for student
    and instructor: what was rebuilt, what went wrong. `cells` has a verdict for each code cell by
    its `grade_id` (or "cell 7" for others), as long as the process that graded holds it.
    """

    notebook: NotebookNode
    verdict: str = OK
    notes: list[str] = field(default_factory=list)
    cells: dict[str, CellVerdict] = field(default_factory=dict)
    seconds: float = 0.0
