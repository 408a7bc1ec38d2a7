"""A course with one small assignment, so that grading takes seconds."""

import shutil

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from nbreferee.course import Course
from nbreferee.run.verdicts import Graded
from tools.notebooks import KERNELSPEC, ROOT

ASSIGNMENT = "01-tiny"

TITLE = "# Assignment 1: Tiny\n\nDouble a number and shift an array.\n"
DOUBLE = '''def double(x):
    """Return twice the number x."""
    ### BEGIN SOLUTION
    return 2 * x
    ### END SOLUTION'''
SHIFT = '''def shift(x):
    """Return the array x of shape (n,), moved right by one place."""
    ### BEGIN SOLUTION
    import numpy as np

    return np.roll(x, 1)
    ### END SOLUTION'''
DOUBLE_SHOWN = """# Two examples.
from convbook import check

check.equal(double(2), 4, "double(2)")
check.passed("double: right on two")"""
DOUBLE_HIDDEN = """# Hidden: fresh numbers.
### BEGIN HIDDEN TESTS
import numpy as np
from convbook import check

SECRET_ORACLE = 2 * np.arange(3.0)
check.equal(double(np.arange(3.0)), SECRET_ORACLE, "double(x)", reveal=False)
check.passed("double: right on fresh numbers")
### END HIDDEN TESTS"""
SHIFT_SHOWN = """# The last becomes the first.
import numpy as np
from convbook import check

check.equal(shift(np.array([1, 2, 3])), [3, 1, 2], "shift([1, 2, 3])")
check.passed("shift: right on three numbers")"""
SHIFT_HIDDEN = """# Hidden: more arrays.
### BEGIN HIDDEN TESTS
import numpy as np

np.testing.assert_allclose(shift(np.array([271828.0, 314159.0])), [314159.0, 271828.0])
### END HIDDEN TESTS"""
WORDS = "**For the grader.** Full marks for the word *rotation*."


def cell(kind, slug, source, **about):
    made = (new_code_cell if kind == "code" else new_markdown_cell)(source, id=slug)
    if about:
        facts = {"grade": False, "locked": False, "solution": False, "task": False}
        facts |= {"schema_version": 3, "grade_id": slug} | about
        made.metadata["nbgrader"] = facts
    return made


def notebook():
    """Return the instructor's notebook: 40 + 50 points by tests, 10 by hand."""
    answer, test = {"solution": True}, {"grade": True, "locked": True}
    cells = [
        cell("markdown", "title", TITLE),
        cell("code", "setup", "import sys", locked=True),
        cell("markdown", "part-1", "## 1. Double (40 points)"),
        cell("code", "double", DOUBLE, **answer),
        cell("code", "test-double-two", DOUBLE_SHOWN, points=10, **test),
        cell("code", "test-double-fresh", DOUBLE_HIDDEN, points=30, **test),
        cell("markdown", "part-2", "## 2. Shift (50 points)"),
        cell("code", "shift", SHIFT, **answer),
        cell("code", "test-shift-three", SHIFT_SHOWN, points=20, **test),
        cell("code", "test-shift-more", SHIFT_HIDDEN, points=30, **test),
        cell("markdown", "part-3", "## 3. In your own words (10 points)"),
        cell("markdown", "words", WORDS, grade=True, points=10, **answer),
    ]
    return new_notebook(cells=cells, metadata={"kernelspec": KERNELSPEC})


def make_course(folder):
    """Write the course into a folder, with the real `nbgrader_config.py`."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(ROOT / "nbgrader_config.py", folder)
    write_solution(folder, notebook())
    return Course.find(folder)


def write_solution(folder, nb):
    path = folder / "solutions" / ASSIGNMENT / "tiny.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(nb, path)


def hand_in(course, student, nb=None, data=None, name="tiny.ipynb"):
    """Put a student's file where `nbreferee collect` would."""
    folder = course.root / "submitted" / student / ASSIGNMENT
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(
        data if data is not None else nbformat.writes(nb).encode()
    )


def stand_in(failing=(), seen=None):
    """Return a grader that runs nothing: the tests named in `failing` fail, the others pass.

    What it is asked to grade is added to the list `seen`.
    """

    def grader(assignment, submissions):
        for key, _ in submissions:
            if seen is not None:
                seen.append(key)
            graded = nbformat.reads(assignment.released.decode(), as_version=4)
            for cell in graded.cells:
                if cell.id in failing:
                    error = {
                        "ename": "NotYet",
                        "evalue": "the + 1",
                        "traceback": ["the + 1"],
                    }
                    cell.outputs = [nbformat.v4.new_output("error", **error)]
                if cell.id == "words":
                    cell.source = "It is a rotation."
            yield key, Graded(graded)

    return grader
