"""Grades in nbgrader's gradebook: one writer, one submission after another."""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import nbformat
from nbformat import NotebookNode

from nbreferee.course import Course, Problem, write
from nbreferee.run.grade import Assignment, Grader, no_points, sandboxed
from nbreferee.run.verdicts import UNREADABLE, Graded, SolutionFails
from nbreferee.submission import Submission

if TYPE_CHECKING:
    from nbgrader.api import Gradebook

Progress = Callable[[int, int, str], None]


@dataclass(frozen=True)
class Result:
    """A line of the summary. `state`: "graded", "kept" from an earlier run, or "lost"."""

    student: str
    state: str
    name: str = ""
    points: float = 0.0
    total: float = 0.0
    by_hand: bool = False
    late: bool = False
    verdict: str = ""
    remarks: tuple[str, ...] = ()


def grade(
    course: Course,
    assignment: str,
    students: Iterable[str] = (),
    *,
    again: bool = False,
    grader: Grader = sandboxed,
    progress: Progress = lambda done, total, student: None,
) -> list[Result]:
    """Grade what was submitted and is not graded yet, or has changed since.

    Each grade is in the gradebook before the next is waited for, so that whoever stops a
    run loses nothing: the next one goes on.

    Args:
        course: the course.
        assignment: the assignment's name.
        students: whom to grade; by default everybody.
        again: grade also what is graded already.
        grader: what grades.
        progress: called with how many are done, of how many, and whose turn it is.

    Returns:
        a line for each student, in order.

    Raises:
        Problem: if there is no such assignment, no such student, or no submission; or if
            another run is grading in this course.
    """
    course.notebook(assignment)
    with _alone(course):
        return _grade(course, assignment, set(students), again, grader, progress)


@contextmanager
def _alone(course: Course) -> Iterator[None]:
    """Keep a second run out of the course; the lock goes with the process, however it ends."""
    import fcntl

    with (course.root / "gradebook.db.lock").open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise Problem(
                f"Another run (process {file.read().strip() or 'unknown'}) is grading in "
                f"{course.root}. Wait for it, or stop it: nothing gets lost."
            ) from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


def _grade(
    course: Course,
    assignment: str,
    students: set[str],
    again: bool,
    grader: Grader,
    progress: Progress,
) -> list[Result]:
    everybody = course.students("submitted", assignment)
    unknown = students - set(everybody)
    if unknown:
        raise Problem(
            f"{', '.join(sorted(unknown))} handed in nothing for {assignment}."
        )
    if not everybody:
        raise Problem(
            f"Nothing was submitted for {assignment}. First: nbreferee collect {assignment} ZIP"
        )
    chosen = [s for s in everybody if not students or s in students]
    package = Assignment.load(course, assignment)
    submissions = {s: Submission.load(course, s, assignment) for s in chosen}
    todo = {
        s: sub
        for s, sub in submissions.items()
        if again or not _done(course, package, sub)
    }
    lost: dict[str, str] = {}
    given: dict[str, str] = {}  # what of each student's is being graded

    def keep(student: str, graded: Graded) -> None:
        try:
            record(course, package, submissions[student], graded, given[student])
        except Exception as error:  # one submission never stops the others
            lost[student] = f"not recorded: {type(error).__name__}: {error}"

    def upload(student: str) -> bytes:
        data = submissions[student].data(course)
        given[student] = handed_in(submissions[student], data)
        return data

    waiting = {s: sub for s, sub in todo.items() if not sub.problem}
    done = len(todo) - len(waiting)
    progress(done, len(todo), next(iter(waiting), ""))
    uploads = ((student, upload(student)) for student in waiting)
    try:
        if waiting:
            with closing(grader(package, uploads)) as stream:
                for student, graded in stream:
                    keep(student, graded)
                    done += 1
                    progress(done, len(todo), student)
    except SolutionFails as error:
        raise Problem(f"{error} What was graded before is kept.") from None
    for student, submission in todo.items():
        if submission.problem:
            upload(student)
            keep(student, no_points(package, UNREADABLE, submission.problem))
    return results(course, assignment, chosen, new=todo, lost=lost)


def record(
    course: Course,
    assignment: Assignment,
    submission: Submission,
    graded: Graded,
    digest: str,
) -> None:
    """Write a graded notebook into the gradebook, then into `autograded/`.

    The gradebook has either the old grade or the new one, whenever this is cut short: all of
    it is one transaction. Points and comments that a person gave stay; nbgrader marks them to be
    looked at again.

    Args:
        course: the course.
        assignment: the assignment.
        submission: whose it is.
        graded: what came of it.
        digest: of what was graded, as `handed_in` gives it.
    """
    notebook, student = graded.notebook, submission.student
    path = (
        course.folder("autograded", student, assignment.name)
        / f"{assignment.notebook}.ipynb"
    )
    stamp = (
        {"timestamp": submission.time.replace(tzinfo=None)} if submission.time else {}
    )
    facts = {
        "student": student,
        "assignment": assignment.name,
        "notebook": assignment.notebook,
        "db_url": course.directory().db_url,
    }
    with _transaction(course) as gradebook:
        gradebook.update_or_create_student(student)
        gradebook.update_or_create_submission(assignment.name, student, **stamp)
        found = gradebook.find_submission_notebook(
            assignment.notebook, assignment.name, student
        )
        for grade_ in found.grades:
            grade_.auto_score, grade_.needs_manual_grade = 0, False
        notebook = _saved(course, gradebook, notebook, {"nbgrader": facts})
        # What is not there is graded again, should this be cut short.
        path.unlink(missing_ok=True)
    notebook.metadata["nbreferee"] = {
        "fingerprint": _fingerprint(assignment, digest),
        "handed_in": digest,
        "verdict": graded.verdict,
        "remarks": [*graded.notes, *submission.remarks],
    }
    write(path, nbformat.writes(notebook).encode())


class _Joined:
    """A gradebook that nbgrader's preprocessors may open and close: it stays open."""

    def __init__(self, gradebook: Gradebook) -> None:
        self._gradebook = gradebook

    def __enter__(self) -> _Joined:
        return self

    def __exit__(self, *error: object) -> None:
        pass

    def __getattr__(self, name: str) -> Any:
        return getattr(self._gradebook, name)


@contextmanager
def _transaction(course: Course) -> Iterator[_Joined]:
    """Open the gradebook; what is committed inside is written at the end, or not at all."""
    with course.gradebook() as gradebook:
        session = gradebook.db
        commit, session.commit = session.commit, session.flush
        try:
            yield _Joined(gradebook)
            commit()
        except BaseException:
            session.rollback()
            raise


def _saved(
    course: Course,
    gradebook: _Joined,
    notebook: NotebookNode,
    resources: dict[str, Any],
) -> NotebookNode:
    """Let nbgrader's own preprocessors score a notebook and note what is late."""
    from nbgrader.preprocessors import AssignLatePenalties, SaveAutoGrades

    for preprocessor in (SaveAutoGrades, AssignLatePenalties):
        # Each opens a gradebook of its own, which would neither see nor wait for this one.
        module: Any = sys.modules[preprocessor.__module__]
        opened = module.Gradebook
        module.Gradebook = lambda url: gradebook
        try:
            made = preprocessor(config=course.config)
            notebook, resources = made.preprocess(notebook, resources)
        finally:
            module.Gradebook = opened
    return notebook


def results(
    course: Course,
    assignment: str,
    students: Iterable[str],
    new: Iterable[str] = (),
    lost: dict[str, str] | None = None,
) -> list[Result]:
    """Read what the gradebook says of students who handed something in."""
    lost, lines = lost or {}, []
    with course.gradebook() as gradebook:
        known = {s["student"]: s for s in gradebook.submission_dicts(assignment)}
        after_due = {
            found.student.id
            for found in gradebook.assignment_submissions(assignment)
            if found.total_seconds_late
        }
    for student in students:
        submission = Submission.load(course, student, assignment)
        reason = lost.get(student) or _ungraded(course, assignment, student)
        if reason or student not in known:
            reason = reason or "not graded yet"
            lines.append(Result(student, "lost", submission.name, remarks=(reason,)))
            continue
        found, facts = known[student], _facts(course, student, assignment)
        lines.append(
            Result(
                student,
                "graded" if student in set(new) else "kept",
                submission.name,
                found["score"],
                found["max_score"],
                bool(found["needs_manual_grade"]),
                submission.late or student in after_due,
                facts.get("verdict", ""),
                tuple(facts.get("remarks", ())),
            )
        )
    return lines


def _facts(course: Course, student: str, assignment: str) -> dict[str, Any]:
    """Read what `record` wrote beside a grade."""
    path = (
        course.folder("autograded", student, assignment)
        / course.notebook(assignment).name
    )
    try:
        return json.loads(path.read_text("utf-8"))["metadata"]["nbreferee"]
    except (OSError, ValueError, KeyError):
        return {}


def _ungraded(course: Course, assignment: str, student: str) -> str:
    """Say why what a student has handed in is not what the gradebook's points are for."""
    facts = _facts(course, student, assignment)
    if not facts:
        return "not graded yet"
    if course.folder("submitted", student, assignment).is_dir():
        submission = Submission.load(course, student, assignment)
        if facts.get("handed_in") != handed_in(submission, submission.data(course)):
            return "a newer attempt is not graded yet"
    return ""


def ungraded(
    course: Course, assignment: str, students: Iterable[str]
) -> dict[str, str]:
    """Return the students whose newest attempt is not graded, each with the reason."""
    reasons = {student: _ungraded(course, assignment, student) for student in students}
    return {student: reason for student, reason in reasons.items() if reason}


def _done(course: Course, assignment: Assignment, submission: Submission) -> bool:
    facts = _facts(course, submission.student, assignment.name)
    digest = handed_in(submission, submission.data(course))
    return facts.get("fingerprint") == _fingerprint(assignment, digest)


def handed_in(submission: Submission, data: bytes) -> str:
    """Return a digest of one attempt, which tells it from any other."""
    facts = f"{submission.problem} {submission.time}".encode()
    return hashlib.sha256(facts + data).hexdigest()


def _fingerprint(assignment: Assignment, digest: str) -> str:
    facts = f"{assignment.fingerprint} {digest}".encode()
    return hashlib.sha256(facts).hexdigest()
