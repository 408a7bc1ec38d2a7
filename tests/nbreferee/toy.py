"""A small assignment for the tests of the grader, and ways to hand something in for it."""

from __future__ import annotations

import functools
import json

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
from tools.notebooks import ROOT

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


def cell(grade_id: str, source: str, **marks) -> NotebookNode:
    defaults = {"grade": False, "locked": False, "solution": False, "task": False}
    node = new_code_cell(source.strip("\n"), id=grade_id)
    node.metadata.nbgrader = {
        **defaults,
        **marks,
        "grade_id": grade_id,
        "schema_version": 3,
    }
    return node


def answer(grade_id: str) -> NotebookNode:
    """A solution cell: what comes before the body stays in the student's version."""
    lines = RIGHT[grade_id].strip("\n").split("\n")
    head = [line for line in lines[:2] if line.startswith(("def", "class", '    """'))]
    body = lines[len(head) :]
    indent = "    " if head else ""
    marked = [*head, f"{indent}### BEGIN SOLUTION", *body, f"{indent}### END SOLUTION"]
    return cell(grade_id, "\n".join(marked), solution=True)


def test(grade_id: str) -> NotebookNode:
    points, source = TESTS[grade_id]
    return cell(grade_id, source, grade=True, locked=True, points=points)


test.__test__ = False  # not for pytest


@functools.cache
def source() -> NotebookNode:
    """The instructor's notebook."""
    words = new_markdown_cell("A rubric.", id="words")
    words.metadata.nbgrader = {
        "grade": True,
        "grade_id": "words",
        "locked": False,
        "points": 20,
        "schema_version": 3,
        "solution": True,
        "task": False,
    }
    return new_notebook(
        cells=[
            new_markdown_cell("# A toy", id="title"),
            cell("imports", "import numpy as np\n", locked=True),
            new_markdown_cell("## Scale", id="part-1"),
            answer("scale"),
            test("test-scale-example"),
            test("test-scale-hidden"),
            new_code_cell("print(scale(np.ones(2), 2))", id="try-it"),
            answer("average"),
            test("test-average"),
            answer("threshold"),
            test("test-threshold"),
            new_markdown_cell("A class.", id="part-4"),
            answer("layer"),
            test("test-layer"),
            words,
        ],
        metadata={
            "kernelspec": {"name": "python3", "language": "python", "display_name": "P"}
        },
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


def hand_in(handed_in: dict | bytes, limits: Limits = LIMITS, **more) -> Graded:
    """Grade a notebook that was handed in."""
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
