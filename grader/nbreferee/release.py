"""The student's notebook, made from the instructor's by nbgrader."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from nbreferee.course import Course, Problem, logged, nbgrader_at_work, write


def release(assignment: str, course: Course | None = None) -> str:
    """Return the text of the notebook that students get.

    It is what `nbgrader generate_assignment` writes, and the same every time.

    Args:
        assignment: the assignment's name, for example "01-filters".
        course: the course; by default the one that the current folder lies in.

    Raises:
        Problem: if there is no such assignment, or nbgrader refuses it (a repeated id, a
            solution region outside a solution cell, ...).
    """
    course = course or Course.find()
    name = course.notebook(assignment).name
    return generate(course, assignment)[name].decode()


def generate(
    course: Course, assignment: str, *, gradebook: bool = False
) -> dict[str, bytes]:
    """Run nbgrader's GenerateAssignment.

    Args:
        course: the course.
        assignment: the assignment's name.
        gradebook: whether the assignment's cells and points go into the gradebook.

    Returns:
        the files that students get, by their path inside the assignment's folder.

    Raises:
        Problem: if nbgrader refuses the assignment; the message says why.
    """
    course.notebook(assignment)
    with tempfile.TemporaryDirectory() as folder, nbgrader_at_work() as errors:
        from nbgrader.converters import GenerateAssignment, NbGraderException

        directory = course.directory(assignment_id=assignment, release_directory=folder)
        converter = GenerateAssignment(directory, config=course.config, force=True)
        if not gradebook:
            converter.no_database = True
            converter.config.SaveCells.enabled = False
        try:
            converter.start()
        except NbGraderException as error:
            raise Problem(f"{assignment}: {logged(errors, str(error))}") from error
        made = Path(folder) / assignment
        return {
            path.relative_to(made).as_posix(): path.read_bytes()
            for path in sorted(made.rglob("*"))
            if path.is_file()
        }


def differences(course: Course, assignment: str) -> list[str]:
    """Say in what the released files differ from what nbgrader makes now."""
    folder = course.folder("release", ".", assignment)
    found = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and ".ipynb_checkpoints" not in path.parts
    }
    wanted = generate(course, assignment)
    said = {True: "is not there", False: "differs"}
    return [
        *(
            f"{name} {said[name not in found]}"
            for name in wanted
            if found.get(name) != wanted[name]
        ),
        *(
            f"{name} does not belong there"
            for name in sorted(found.keys() - wanted.keys())
        ),
    ]


def publish(course: Course, assignment: str) -> Path:
    """Write the files that students get; return their folder."""
    files = generate(course, assignment)
    folder = course.folder("release", ".", assignment).resolve()
    shutil.rmtree(folder, ignore_errors=True)
    for name, data in files.items():
        write(folder / name, data)
    return folder
