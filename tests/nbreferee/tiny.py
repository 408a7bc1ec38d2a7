"""A course with one small assignment, so that grading takes seconds, and what is handed in.

80 points are given by tests, 20 by a person.
"""

from __future__ import annotations

import copy
import functools
import json
import shutil

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from nbgrader.utils import determine_grade, is_grade

from nbreferee.course import Course
from nbreferee.limits import Limits
from nbreferee.run import rebuild
from nbreferee.run.session import grade_notebook
from nbreferee.run.verdicts import Graded
from nbreferee.setting import Setting
from tools.notebooks import KERNELSPEC, ROOT

ASSIGNMENT = "01-tiny"
SETTING = Setting.of(Course.find(ROOT).config)
LIMITS = Limits(
    cell_seconds=5,
    total_seconds=60,
    memory_mb=512,
    disk_mb=32,
    file_mb=16,
    output_kb=64,
)

RIGHT = {
    "scale": '''
def scale(x, factor):
    """Multiply an array by a number; a factor of 0 is a ValueError."""
    if factor == 0:
        raise ValueError("factor is 0")
    return x * factor
''',
    "average": '''
def average(x, width):
    """Average each `width` neighbours of a 1-D array."""
    return np.convolve(x, np.ones(width) / width, mode="valid")
''',
    "threshold": """
THRESHOLD = np.array([0.25, 0.75])
""",
    "layer": '''
class Layer:
    """A dense layer: weights of shape (inputs, outputs), applied to a batch."""

    def __init__(self, inputs, outputs):
        self.weights = np.zeros((inputs, outputs))

    def set_weights(self, weights):
        self.weights = np.array(weights)

    def __call__(self, batch):
        return batch @ self.weights
''',
}

TESTS = {
    "test-scale-example": (
        10,
        """
import numpy as np

from convbook import check

check.equal(scale(np.array([1.0, 2.0]), 3), [3, 6], "scale([1, 2], 3)")
check.passed("scale")
""",
    ),
    "test-scale-hidden": (
        20,
        """
# Hidden: fresh numbers, and a factor of 0.
### BEGIN HIDDEN TESTS
import numpy as np

from convbook import check

rng = np.random.default_rng()
for _ in range(3):
    x, factor = rng.normal(size=(3, 4)), float(rng.uniform(2, 3))
    before = x.copy()
    check.equal(scale(x, factor), before * factor, "scale(x, factor)", reveal=False)
    check.unchanged(x, before, "x")
check.raises(ValueError, scale, np.ones(2), 0, what="scale(x, 0)", why="0 is refused")
SECRET_ORACLE = [271828.0, 314159.0]
np.testing.assert_allclose(scale(np.array(SECRET_ORACLE) / 2, 2.0), SECRET_ORACLE)
### END HIDDEN TESTS
""",
    ),
    "test-average": (
        20,
        """
import numpy as np

rng = np.random.default_rng()
x = rng.normal(size=9)
expected = [x[i : i + 3].mean() for i in range(7)]
np.testing.assert_allclose(average(x, 3), expected)
assert len(average(x, 2)) == 8
""",
    ),
    "test-threshold": (
        10,
        "assert THRESHOLD.shape == (2,)\nassert THRESHOLD[1] == 0.75\n",
    ),
    "test-layer": (
        20,
        """
import numpy as np

rng = np.random.default_rng()
layer = Layer(3, 2)
assert layer.weights.shape == (3, 2)
weights, batch = rng.normal(size=(3, 2)), rng.normal(size=(5, 3))
layer.set_weights(weights)
np.testing.assert_allclose(layer(batch), batch @ weights)
layer.weights = 2 * weights
np.testing.assert_allclose(layer(batch), 2 * (batch @ weights))
""",
    ),
}

TOTAL = sum(points for points, _ in TESTS.values())
WORDS = "**For the grader.** Full marks for the word *rotation*."


def cell(kind: str, slug: str, source: str, **marks) -> NotebookNode:
    """Make a cell; with nbgrader's marks if any are given."""
    make = new_code_cell if kind == "code" else new_markdown_cell
    made = make(source.strip("\n"), id=slug)
    if marks:
        facts = {"grade": False, "locked": False, "solution": False, "task": False}
        facts |= {"schema_version": 3, "grade_id": slug} | marks
        made.metadata["nbgrader"] = facts
    return made


def answer(name: str) -> NotebookNode:
    """A solution cell: what comes before the body stays in the student's version."""
    lines = RIGHT[name].strip("\n").split("\n")
    head = [line for line in lines[:2] if line.startswith(("def", "class", '    """'))]
    body = lines[len(head) :]
    indent = "    " if head else ""
    marked = [*head, f"{indent}### BEGIN SOLUTION", *body, f"{indent}### END SOLUTION"]
    return cell("code", name, "\n".join(marked), solution=True)


def test(name: str) -> NotebookNode:
    points, source = TESTS[name]
    return cell("code", name, source, grade=True, locked=True, points=points)


test.__test__ = False  # not for pytest


def source() -> NotebookNode:
    """Return the instructor's notebook."""
    return copy.deepcopy(_source())


@functools.cache
def _source() -> NotebookNode:
    reading = {"grade": True, "points": 20, "solution": True}
    return new_notebook(
        cells=[
            cell("markdown", "title", "# Assignment 1: Tiny\n\nScale and average.\n"),
            cell("code", "imports", "import numpy as np", locked=True),
            cell("markdown", "part-1", "## 1. Scale (30 points)"),
            answer("scale"),
            test("test-scale-example"),
            test("test-scale-hidden"),
            cell("code", "try-it", "print(scale(np.ones(2), 2))"),
            cell("markdown", "part-2", "## 2. Average (20 points)"),
            answer("average"),
            test("test-average"),
            cell("markdown", "part-3", "## 3. Threshold (10 points)"),
            answer("threshold"),
            test("test-threshold"),
            cell("markdown", "part-4", "## 4. A class (20 points)"),
            answer("layer"),
            test("test-layer"),
            cell("markdown", "part-5", "## 5. In your own words (20 points)"),
            cell("markdown", "words", WORDS, **reading),
        ],
        metadata={"kernelspec": KERNELSPEC},
    )


@functools.cache
def released() -> NotebookNode:
    """The student's notebook."""
    return rebuild.release(source())


def notebook(cells: dict[str, str] | None = None) -> dict:
    """Return the released notebook, as plain JSON, with these answers in it.

    A key `+ name` puts a new cell before the cell of that name.
    """
    result = json.loads(nbformat.writes(released()))
    for node in result["cells"]:
        node["source"] = "".join(node["source"])
    for name, text in (cells or {}).items():
        place = next(
            i for i, c in enumerate(result["cells"]) if c["id"] == name.strip("+ ")
        )
        if name.startswith("+"):
            new = new_code_cell(text)
            result["cells"].insert(place, json.loads(json.dumps(new)))
        else:
            result["cells"][place]["source"] = text.strip("\n")
    return result


def graded(handed_in: dict | bytes, limits: Limits = LIMITS, **more) -> Graded:
    """Grade a notebook that was handed in, without a course."""
    data = handed_in if isinstance(handed_in, bytes) else json.dumps(handed_in).encode()
    facts = {"limits": limits, "setting": SETTING, "released": released()}
    return grade_notebook(source(), data, **facts, **more)


def scores(graded: Graded) -> dict[str, float | None]:
    """What nbgrader makes of the result, by cell."""
    nbformat.validate(graded.notebook)
    return {
        c.metadata.nbgrader.grade_id: determine_grade(c)[0]
        for c in graded.notebook.cells
        if is_grade(c)
    }


def score(graded: Graded) -> float:
    """Points from tests."""
    return sum(points for points in scores(graded).values() if points is not None)


# --- the same as a course ------------------------------------------------------------------------


def make_course(folder):
    """Write the course into a folder, with the real `nbgrader_config.py`."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(ROOT / "nbgrader_config.py", folder)
    write_solution(folder, source())
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
