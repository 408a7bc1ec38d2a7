"""Graders: an assignment and submissions in, graded notebooks with verdicts out.

A `Grader` takes bytes and gives bytes' worth, one after another or many at once, here or
elsewhere. It knows nothing of the course's folders, of the gradebook, of who the student is.
`sandboxed` is the grader, `cluster.spread` many of it at once; `autograde` is nbgrader's own,
without protection.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Callable, Generator, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import nbformat
from traitlets.config import Config

from nbreferee.course import Course, logged, nbgrader_at_work, write
from nbreferee.limits import Limits
from nbreferee.release import generate
from nbreferee.run import rebuild
from nbreferee.run.verdicts import (
    FAILED,
    OK,
    UNREADABLE,
    Graded,
    SolutionFails,
)
from nbreferee.setting import Setting
from nbreferee.text import shown


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
        source = path.read_bytes()
        return cls(name, path.stem, released, source, files, course.config)

    @cached_property
    def setting(self) -> Setting:
        """What the sandbox shows of the course."""
        return Setting.of(self.config)

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


Grader = Callable[
    [Assignment, Iterable[tuple[str, bytes]]], Generator[tuple[str, Graded], None, None]
]


def sandboxed(
    assignment: Assignment,
    submissions: Iterable[tuple[str, bytes]],
    limits: Limits | None = None,
) -> Generator[tuple[str, Graded], None, None]:
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
        answer = grade_bytes(*facts, limits, assignment.setting)
        yield key, graded_from(assignment, answer)


def grade_bytes(
    source: bytes,
    released: bytes,
    files: Mapping[str, bytes],
    data: bytes,
    limits: Limits | None = None,
    setting: Setting | None = None,
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
        setting: what the sandbox shows of the course.

    Returns:
        JSON for `graded_from`.

    Raises:
        SandboxError: if this machine cannot run the sandbox.
        SolutionFails: if the instructor's own solution does not get all points.
    """
    from nbreferee.run.pool import close_sandboxes
    from nbreferee.run.sandbox import SandboxError
    from nbreferee.run.session import grade_notebook

    def once() -> dict[str, Any]:
        ours, theirs = (
            nbformat.reads(text.decode(), as_version=4) for text in (source, released)
        )
        graded = grade_notebook(
            ours, data, files, limits, setting, released=theirs, solution_first=True
        )
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
        answer = {"verdict": FAILED, "notes": [f"the sandbox failed: {error}"]}
    except SolutionFails:
        raise
    except Exception as error:  # one submission never stops the others
        reason = shown(f"the grader failed: {type(error).__name__}: {error}")
        answer = {"verdict": FAILED, "notes": [reason]}
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
    from nbreferee.run.sandbox import Sandbox

    with Sandbox() as sandbox:
        sandbox.fork("student", Limits()).end()


def autograde(
    assignment: Assignment, submissions: Iterable[tuple[str, bytes]]
) -> Generator[tuple[str, Graded], None, None]:
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
        return no_points(assignment, UNREADABLE, f"The file is {error}.")
    text = nbformat.writes(rebuild.notebook_of(rebuilt.parts, source)).encode()
    write(course.folder("submitted", student, assignment.name) / name, text)
    with nbgrader_at_work() as errors:
        from nbgrader.converters import Autograde

        directory = course.directory(assignment_id=assignment.name, student_id=student)
        try:
            Autograde(directory, config=course.config, force=True).start()
        except Exception as error:  # nbgrader logs the reason and raises something else
            said = f"nbgrader cannot grade it: {logged(errors, str(error))}"
            return no_points(assignment, FAILED, said)
    graded = course.folder("autograded", student, assignment.name) / name
    return Graded(nbformat.read(graded, as_version=4), notes=rebuilt.notes)


def no_points(assignment: Assignment, verdict: str, reason: str) -> Graded:
    """Make the graded notebook of a submission that cannot be graded: zero, and why."""
    notebook = nbformat.reads(assignment.released.decode(), as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "code" and cell.metadata.get("nbgrader", {}).get("grade"):
            error = {"ename": "NotGraded", "evalue": reason, "traceback": [reason]}
            cell.outputs = [nbformat.v4.new_output("error", **error)]
    return Graded(notebook, verdict, [reason])


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
