"""From submissions to grades in nbgrader's gradebook.

    submitted/  ──▶  Grader  ──▶  record  ──▶  gradebook + autograded/

A `Grader` takes bytes and gives bytes' worth: an assignment and submissions in, graded
notebooks with verdicts out, one after another or many at once, here or elsewhere. It
knows nothing of the course's folders, of the gradebook, of who the student is. `record`
alone writes, in this process. `sandboxed` is the grader, `fanout.spread` many of it at
once; `autograde` is nbgrader's own, without protection.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from traitlets.config import Config

from . import rebuild
from .course import Course, Problem, logged, nbgrader_at_work, write
from .limits import Limits
from .release import generate
from .submission import Submission

Progress = Callable[[int, int, str], None]


@dataclass(frozen=True)
class Assignment:
    """All that a grader needs of an assignment, as bytes.

    `released` is the notebook that students got, `source` the instructor's, with solutions
    and hidden tests. `files` are the instructor's files beside the notebook, `config` is
    nbgrader's configuration.
    """

    name: str
    notebook: str
    released: bytes
    source: bytes
    files: dict[str, bytes] = field(default_factory=dict)
    config: Config = field(default_factory=Config)

    @classmethod
    def load(cls, course: Course, name: str) -> Assignment:
        """Read an assignment, and enter its cells and points into the gradebook."""
        path = course.notebook(name)
        released = generate(course, name, gradebook=True)[path.name]
        files = {
            file.relative_to(path.parent).as_posix(): file.read_bytes()
            for file in sorted(path.parent.rglob("*"))
            if file.is_file()
            and file != path
            and ".ipynb_checkpoints" not in file.parts
        }
        return cls(name, path.stem, released, path.read_bytes(), files, course.config)

    @cached_property
    def fingerprint(self) -> str:
        """Change when a cell that can change a grade changes, and not with the prose."""
        cells = [
            (cell.cell_type, cell.source, cell.metadata.get("nbgrader"))
            for cell in nbformat.reads(self.source.decode(), as_version=4).cells
            if cell.cell_type == "code" or "nbgrader" in cell.metadata
        ]
        content = [cells, {name: _hash(data) for name, data in self.files.items()}]
        return _hash(json.dumps(content, sort_keys=True).encode())


@dataclass(frozen=True)
class Graded:
    """What a grader hands back.

    `notebook` has the instructor's test cells with what came out of them; nbgrader takes a
    test without an error for passed. `verdict` is "ok", or says what went wrong: one of
    those in `notebook.py`, or "failed" where the grader itself could not do it. `notes`
    are for instructor and student.
    """

    notebook: NotebookNode
    verdict: str = "ok"
    notes: Sequence[str] = ()


Grader = Callable[
    [Assignment, Iterable[tuple[str, bytes]]], Generator[tuple[str, Graded], None, None]
]


def sandboxed(
    assignment: Assignment,
    submissions: Iterable[tuple[str, bytes]],
    limits: Limits | None = None,
) -> Iterator[tuple[str, Graded]]:
    """Grade in a sandbox, with the tests outside of it, one after another.

    Args:
        assignment: what to grade against.
        submissions: a key for each, and the bytes that were handed in.
        limits: what each may use.

    Yields:
        each key with what came of it, in the same order.

    Raises:
        SandboxError: if this machine cannot run the sandbox.
    """
    for key, data in submissions:
        facts = assignment.source, assignment.released, assignment.files, data
        answer = grade_bytes(*facts, limits)
        yield key, graded_from(assignment, answer)


def grade_bytes(
    source: bytes,
    released: bytes,
    files: Mapping[str, bytes],
    data: bytes,
    limits: Limits | None = None,
) -> bytes:
    """Grade one submission in a sandbox: what a worker does, wherever it is.

    It needs no folder, no database and no nbgrader. The sandbox is kept, warm, for the
    process's next submission.

    Args:
        source: the instructor's notebook.
        released: the notebook that students got.
        files: the instructor's files beside it.
        data: what was handed in.
        limits: what it may use.

    Returns:
        JSON for `graded_from`.

    Raises:
        SandboxError: if this machine cannot run the sandbox.
    """
    from .notebook import OK, UNREADABLE, close_sandboxes, grade_notebook
    from .sandbox import SandboxError

    def once() -> dict:
        ours, theirs = (
            nbformat.reads(text.decode(), as_version=4) for text in (source, released)
        )
        graded = grade_notebook(ours, data, files, limits, released=theirs)
        notes = list(graded.notes)
        if graded.verdict == UNREADABLE:
            return {"verdict": UNREADABLE, "notes": notes}
        said: dict[str, list[str]] = {}
        for name, cell in graded.cells.items():
            if cell.verdict != OK:
                said.setdefault(cell.message, []).append(name)
        notes += [f"{', '.join(names)}: {message}" for message, names in said.items()]
        text = nbformat.writes(graded.notebook)
        return {"verdict": graded.verdict, "notes": notes, "notebook": text}

    try:
        try:
            answer = once()
        except SandboxError:  # a warm process that broke is not the student's fault
            close_sandboxes()
            check_sandbox()
            answer = once()
    except SandboxError as error:
        close_sandboxes()
        check_sandbox()
        answer = {"verdict": "failed", "notes": [f"the sandbox failed: {error}"]}
    except Exception as error:  # one submission never stops the others
        reason = f"the grader failed: {type(error).__name__}: {error}"
        answer = {"verdict": "failed", "notes": [reason]}
    return json.dumps(answer).encode()


def graded_from(assignment: Assignment, answer: bytes) -> Graded:
    """Read what `grade_bytes` returns."""
    facts = json.loads(answer)
    if "notebook" not in facts:
        return no_points(assignment, facts["verdict"], facts["notes"][0])
    notebook = nbformat.reads(facts["notebook"], as_version=4)
    return Graded(notebook, facts["verdict"], facts["notes"])


def check_sandbox() -> None:
    """Start a sandbox and a process in it.

    Raises:
        SandboxError: if this machine cannot do it; the message says what is missing.
    """
    from .sandbox import Sandbox

    with Sandbox() as sandbox:
        sandbox.fork("student", Limits()).end()


def autograde(
    assignment: Assignment, submissions: Iterable[tuple[str, bytes]]
) -> Iterator[tuple[str, Graded]]:
    """Grade with nbgrader's Autograde, one after another, in a folder of their own.

    The student's code runs beside the tests and can read and change them: good enough for
    students who want to learn, not against those who want points.

    Args:
        assignment: what to grade against.
        submissions: a key for each, and the bytes that were handed in.

    Yields:
        each key with what came of it, in the same order.
    """
    with tempfile.TemporaryDirectory() as folder:
        course = Course(Path(folder), _inside(Path(folder), assignment.config))
        source = course.folder("source", ".", assignment.name).resolve()
        write(source / f"{assignment.notebook}.ipynb", assignment.source)
        for name, data in assignment.files.items():
            write(source / name, data)
        with nbgrader_at_work():
            # Tables without a version: asking alembic for it takes nbgrader seconds.
            from nbgrader.api import Base
            from sqlalchemy import create_engine

            Base.metadata.create_all(create_engine(course.directory().db_url))
        generate(course, assignment.name, gradebook=True)
        for key, data in submissions:
            yield key, _autograde(course, assignment, data)


def _inside(root: Path, config: Config) -> Config:
    """Turn a course's configuration to another folder, with a gradebook of its own."""
    config = Config(config)
    config.CourseDirectory = Config(config.get("CourseDirectory", {}))
    config.CourseDirectory.root = str(root)
    config.CourseDirectory.db_url = f"sqlite:///{root / 'gradebook.db'}"
    return config


def _autograde(course: Course, assignment: Assignment, data: bytes) -> Graded:
    student, name = "student", f"{assignment.notebook}.ipynb"
    source, released = (
        nbformat.reads(text.decode(), as_version=4)
        for text in (assignment.source, assignment.released)
    )
    try:
        rebuilt = rebuild.rebuild(source, released, data)
    except rebuild.Unreadable as error:
        return no_points(assignment, "unreadable", f"The file is {error}.")
    text = nbformat.writes(rebuild.notebook_of(rebuilt.parts, source)).encode()
    write(course.folder("submitted", student, assignment.name) / name, text)
    with nbgrader_at_work() as errors:
        from nbgrader.converters import Autograde

        directory = course.directory(assignment_id=assignment.name, student_id=student)
        try:
            Autograde(directory, config=course.config, force=True).start()
        except Exception as error:  # nbgrader logs the reason and raises something else
            said = f"nbgrader cannot grade it: {logged(errors, str(error))}"
            return no_points(assignment, "failed", said)
    graded = course.folder("autograded", student, assignment.name) / name
    return Graded(nbformat.read(graded, as_version=4), notes=rebuilt.notes)


def no_points(assignment: Assignment, verdict: str, reason: str) -> Graded:
    """Make the graded notebook of a submission that cannot be graded: zero, and why."""
    notebook = nbformat.reads(assignment.released.decode(), as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "code" and cell.metadata.get("nbgrader", {}).get("grade"):
            error = {"ename": "NotGraded", "evalue": reason, "traceback": [reason]}
            cell.outputs = [nbformat.v4.new_output("error", **error)]
    return Graded(notebook, verdict, (reason,))


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
            f"Nothing was submitted for {assignment}. First: convbook collect {assignment} ZIP"
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

    def keep(student: str, graded: Graded) -> None:
        try:
            record(course, package, submissions[student], graded)
        except Exception as error:  # one submission never stops the others
            lost[student] = f"not recorded: {type(error).__name__}: {error}"

    for student, submission in todo.items():
        if submission.problem:
            keep(student, no_points(package, "unreadable", submission.problem))
    waiting = {s: sub for s, sub in todo.items() if not sub.problem}
    done = len(todo) - len(waiting)
    progress(done, len(todo), next(iter(waiting), ""))
    uploads = ((s, sub.data(course)) for s, sub in waiting.items())
    if waiting:
        with closing(grader(package, uploads)) as stream:
            for student, graded in stream:
                keep(student, graded)
                done += 1
                progress(done, len(todo), student)
    return results(course, assignment, chosen, new=todo, lost=lost)


def record(
    course: Course, assignment: Assignment, submission: Submission, graded: Graded
) -> None:
    """Write a graded notebook into the gradebook, then into `autograded/`.

    Points and comments that a person gave stay; nbgrader marks them to be looked at again.
    """
    notebook, student = graded.notebook, submission.student
    path = (
        course.folder("autograded", student, assignment.name)
        / f"{assignment.notebook}.ipynb"
    )
    path.unlink(
        missing_ok=True
    )  # what is not there is graded again, should this be cut short
    with course.gradebook() as gradebook:
        stamp = (
            {"timestamp": submission.time.replace(tzinfo=None)}
            if submission.time
            else {}
        )
        gradebook.update_or_create_student(student)
        gradebook.update_or_create_submission(assignment.name, student, **stamp)
        found = gradebook.find_submission_notebook(
            assignment.notebook, assignment.name, student
        )
        for grade_ in found.grades:
            grade_.auto_score, grade_.needs_manual_grade = 0, False
        gradebook.db.commit()
    with nbgrader_at_work():
        from nbgrader.preprocessors import AssignLatePenalties, SaveAutoGrades

        facts = {
            "student": student,
            "assignment": assignment.name,
            "notebook": assignment.notebook,
            "db_url": course.directory().db_url,
        }
        resources = {"nbgrader": facts}
        for preprocessor in (SaveAutoGrades, AssignLatePenalties):
            made = preprocessor(config=course.config)
            notebook, resources = made.preprocess(notebook, resources)
    notebook.metadata["convbook"] = {
        "fingerprint": _fingerprint(course, assignment, submission),
        "verdict": graded.verdict,
        "remarks": [*graded.notes, *submission.remarks],
    }
    write(path, nbformat.writes(notebook).encode())


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
        if student in lost or student not in known:
            reason = lost.get(student, "not graded yet")
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


def _facts(course: Course, student: str, assignment: str) -> dict:
    """Read what `record` wrote beside a grade."""
    path = (
        course.folder("autograded", student, assignment)
        / course.notebook(assignment).name
    )
    try:
        return json.loads(path.read_text("utf-8"))["metadata"]["convbook"]
    except (OSError, ValueError, KeyError):
        return {}


def _done(course: Course, assignment: Assignment, submission: Submission) -> bool:
    facts = _facts(course, submission.student, assignment.name)
    return facts.get("fingerprint") == _fingerprint(course, assignment, submission)


def _fingerprint(course: Course, assignment: Assignment, submission: Submission) -> str:
    facts = f"{assignment.fingerprint} {submission.problem} {submission.time}".encode()
    return _hash(facts + submission.data(course))


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
