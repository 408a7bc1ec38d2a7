"""What an answer touches is found without running it; what is left out cannot change."""

import pytest
from nbformat.v4 import new_code_cell, new_notebook

from tests.solutions.touched import looks_up, needed, touched


def cell(name, source, **marks):
    made = new_code_cell(source, id=name)
    marks = {"grade_id": name, "grade": False, "solution": False, **marks}
    made.metadata["nbgrader"] = marks
    return made


def test_cell(name, source):
    return cell(name, source, grade=True, points=1)


test_cell.__test__ = False  # not for pytest

NOTEBOOK = new_notebook(
    cells=[
        cell("imports", "import numpy as np"),
        cell("convolve", "def convolve(x):\n    return np.sum(x)", solution=True),
        cell("blur", "def blur(x):\n    return convolve(x) / 9", solution=True),
        cell("pool", "def pool(x):\n    return x.max()", solution=True),
        cell("picture", "x = np.ones(9)\nsoft = blur(x)"),
        test_cell("test-convolve", "x = [1]\nassert convolve(x) == 1"),
        test_cell("test-blur", "assert blur([9]) == 1"),
        test_cell("test-picture", "assert soft == 1"),
        test_cell("test-pool", "x = np.ones(2)\nassert pool(x) == 1"),
    ]
)
CHANGED = {
    "pool": ["test-pool"],
    "blur": ["test-blur", "test-picture"],
    # The picture's x is another than the test's own.
    "convolve": ["test-convolve", "test-blur", "test-picture"],
}


@pytest.mark.parametrize("name", CHANGED)
def test_an_answer_touches_what_uses_it_however_indirectly(name):
    assert touched(NOTEBOOK, {name: f"def {name}(x):\n    return 0"}) == CHANGED[name]


def test_an_answer_touches_what_uses_a_name_that_it_no_longer_defines():
    assert touched(NOTEBOOK, {"pool": "pass"}) == ["test-pool"]
    assert touched(NOTEBOOK, {"pool": "soft = 3"}) == ["test-picture", "test-pool"]


def test_only_cells_that_a_test_needs_are_run_for_it():
    assert needed(NOTEBOOK, ["test-pool"]) == {"imports", "pool", "test-pool"}
    assert needed(NOTEBOOK, ["test-picture"]) == {
        *("imports", "convolve", "blur", "picture", "test-picture"),
    }


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("x = x + 1", {"x"}),
        ("x += 1", {"x"}),
        ("x = 1\nprint(x)", {"print"}),
        ("for x in y:\n    z = x\nz", {"y"}),
        ("[a + b for a in c if a]", {"b", "c"}),
        ("{k: v for k, v in d.items()}", {"d"}),
        ("def f(a, *b, c=d, **e):\n    g = a\n    return f(g, h)", {"d", "h"}),
        ("(lambda a: a + b)(a)", {"a", "b"}),
        ("class A(B):\n    x = 1\n    y = x + z", {"B", "z"}),
        ("import a.b as c, d.e\nc, d, f", {"f"}),
        ("with open(p) as q:\n    q.read()", {"open", "p"}),
        ("%matplotlib inline\nplot", {"get_ipython", "plot"}),
    ],
)
def test_the_names_that_a_cell_takes_from_others(source, names):
    assert looks_up(source) == names
