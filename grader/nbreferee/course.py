"""The course's folders, its configuration and its gradebook, as nbgrader sees them."""

from __future__ import annotations

import difflib
import logging
import os
import re
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click
from traitlets.config import Config
from traitlets.config.loader import PyFileConfigLoader

if TYPE_CHECKING:
    from nbgrader.api import Gradebook
    from nbgrader.coursedir import CourseDirectory

CONFIG = "nbgrader_config.py"
# What students do not get of a test cell, by nbgrader's marks.
HIDDEN = re.compile(
    r"^[^\n]*BEGIN HIDDEN TESTS.*?(?:END HIDDEN TESTS[^\n]*\n?|\Z)",
    re.DOTALL | re.MULTILINE,
)


class Problem(click.ClickException):
    """Something that the person at the keyboard can put right: shown without traceback."""


@dataclass(frozen=True)
class Course:
    """A folder with an `nbgrader_config.py`."""

    root: Path
    config: Config

    @classmethod
    def find(cls, start: Path | None = None) -> Course:
        """Find the course that `start` (default: the current folder) lies in.

        Raises:
            Problem: if neither `start` nor a folder above it holds a configuration.
        """
        start = (start or Path.cwd()).resolve()
        for folder in (start, *start.parents):
            if (folder / CONFIG).is_file():
                try:
                    config = PyFileConfigLoader(CONFIG, path=str(folder)).load_config()
                except Exception as error:
                    raise Problem(
                        f"{folder / CONFIG} cannot be read: {error}"
                    ) from error
                return cls(folder, config)
        raise Problem(
            f"There is no {CONFIG} in {start} or above it. Go to the course's folder, "
            "or name it: nbreferee --course FOLDER …"
        )

    def directory(self, **settings: str) -> CourseDirectory:
        """Return nbgrader's own view of the course."""
        from nbgrader.coursedir import CourseDirectory

        return CourseDirectory(
            config=self.config, **{"root": str(self.root), **settings}
        )

    def folder(self, step: str, student: str, assignment: str) -> Path:
        """Return where nbgrader keeps one assignment at one step.

        Args:
            step: "source", "release", "submitted", "autograded" or "feedback".
            student: a student's id, "*" for a pattern, "." where there is no student.
            assignment: the assignment's name, or "*".
        """
        directory = self.directory()
        name = getattr(directory, f"{step}_directory")
        return Path(directory.format_path(name, student, assignment))

    def assignments(self) -> list[str]:
        """List the assignments that have an instructor's notebook, in order."""
        pattern = self.folder("source", ".", "*").relative_to(self.root) / "*.ipynb"
        return sorted({path.parent.name for path in self.root.glob(str(pattern))})

    def notebook(self, assignment: str) -> Path:
        """Return the instructor's notebook of an assignment.

        Raises:
            Problem: if there is no such assignment, or not exactly one notebook in it.
        """
        folder = self.folder("source", ".", assignment).resolve()
        notebooks = sorted(folder.glob("*.ipynb"))
        if len(notebooks) == 1:
            return notebooks[0]
        if notebooks:
            raise Problem(f"{folder} holds {len(notebooks)} notebooks; it must be one.")
        known = self.assignments()
        near = difflib.get_close_matches(assignment, known, n=1, cutoff=0.4)
        hint = f"Did you mean {near[0]}?" if near else f"There are: {', '.join(known)}."
        raise Problem(
            f"There is no assignment called {assignment}. {hint if known else ''}"
        )

    def students(self, step: str, assignment: str) -> list[str]:
        """List the students who have something of an assignment at a step."""
        pattern = self.folder(step, "*", assignment).relative_to(self.root)
        return sorted(path.parent.name for path in self.root.glob(str(pattern)))

    @contextmanager
    def gradebook(self) -> Iterator[Gradebook]:
        """Open the gradebook; create it where there is none."""
        with nbgrader_at_work():
            from nbgrader.api import Gradebook

            directory = self.directory()
            with Gradebook(directory.db_url, directory.course_id) as gradebook:
                yield gradebook


@contextmanager
def nbgrader_at_work() -> Iterator[list[str]]:
    """Let nbgrader run inside this process, and put back what it changes.

    It calls `alembic` by name when it creates a gradebook, changes folder and environment,
    and tells of errors in its log alone.

    Yields:
        the list that nbgrader's error messages are added to.
    """
    folder, environment = os.getcwd(), dict(os.environ)
    os.environ["PATH"] = os.pathsep.join(
        [str(Path(sys.executable).parent), os.environ["PATH"]]
    )
    errors: list[str] = []
    handler = logging.Handler(logging.ERROR)
    handler.emit = lambda record: errors.append(record.getMessage())  # type: ignore[method-assign]
    log = logging.getLogger("traitlets")
    before = log.propagate
    log.addHandler(handler)
    log.propagate = False
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings(
                "ignore", module=r"(nbgrader|nbformat|sqlalchemy)\."
            )
            yield errors
    finally:
        log.removeHandler(handler)
        log.propagate = before
        os.chdir(folder)
        os.environ.clear()
        os.environ.update(environment)


def logged(errors: list[str], otherwise: str) -> str:
    """Take what nbgrader's log says of a failure: the last line of its first traceback."""
    for message in errors:
        if "Traceback (most recent call last)" in message:
            return message.strip().splitlines()[-1].split(": ", 1)[-1]
    return errors[0] if errors else otherwise


def write(path: Path, data: bytes) -> None:
    """Write a file so that whoever reads it finds the old or the new one, never a half."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    part.write_bytes(data)
    part.replace(path)
