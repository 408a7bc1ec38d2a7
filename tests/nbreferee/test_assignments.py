"""Every assignment through sandbox and referee: the same scores as in the notebook."""

import functools
import re

import nbformat
import pytest
from nbgrader.utils import determine_grade, is_grade, is_solution

from nbreferee.course import Course
from nbreferee.limits import Limits
from nbreferee.run import rebuild
from nbreferee.run.session import grade_notebook
from nbreferee.run.verdicts import OK
from nbreferee.setting import Setting
from tests.solutions.answers import (
    Answer,
    assignments,
    solution,
    with_answer,
    with_stubs,
)
from tests.solutions.test_answers import RIGHT, WRONG, name
from tests.solutions.touched import touched
from tools.notebooks import ROOT

SETTING = Setting.of(Course.find(ROOT).config)
LIMITS = Limits(cell_seconds=300, total_seconds=900)

# What a function can be made to return to please a careless test.
HOSTILE = {
    "nothing": "None",
    "not a number": "float('nan')",
    "everything": "type('All', (), {'__eq__': lambda *a: True, '__call__': lambda s, *a: s})()",
    "what came in": "args[0] if args else 0",
    "an empty array": "__import__('numpy').zeros(0)",
    "a refusal": "exec('raise ValueError')",
}


@functools.cache
def sides(assignment):
    source = solution(assignment)
    return source, rebuild.release(source)


def graded(assignment, notebook, only=None):
    source, released = sides(assignment)
    data = nbformat.writes(notebook).encode()
    facts = {"released": released, "only": only}
    return grade_notebook(source, data, None, LIMITS, SETTING, **facts)


def graded_answer(path):
    """Grade the tests that an answer touches; the others say what they say of the solution."""
    answer, assignment = Answer.read(path), path.parts[-3]
    source, _ = sides(assignment)
    tests = touched(source, answer.cells)
    result = graded(assignment, with_answer(solution(assignment), answer), only=tests)
    return answer, {
        name: said for name, said in failed(result).items() if name in tests
    }


def failed(result):
    """Return the tests that lost points, with what is said about them."""
    cells = [c for c in result.notebook.cells if is_grade(c) and not is_solution(c)]
    lost = [c for c in cells if determine_grade(c)[0] < determine_grade(c)[1]]
    names = [c.metadata.nbgrader.grade_id for c in lost]
    return {name: result.cells[name].message for name in names}


@pytest.mark.parametrize("assignment", assignments())
def test_the_solution_gets_all_points(assignment):
    result = graded(assignment, solution(assignment))
    assert failed(result) == {}
    assert result.verdict == OK
    assert result.notes == []


@pytest.mark.parametrize("assignment", assignments())
def test_the_stub_gets_none_and_every_test_says_why(assignment):
    result = graded(assignment, with_stubs(solution(assignment)))
    assert sum(determine_grade(c)[0] for c in result.notebook.cells if is_grade(c)) == 0
    assert all(failed(result).values())


@pytest.mark.parametrize("assignment", assignments())
@pytest.mark.parametrize("value", HOSTILE)
def test_a_value_that_knows_nothing_gets_nothing(assignment, value):
    notebook = solution(assignment)
    for cell in notebook.cells:
        if is_solution(cell) and cell.cell_type == "code":
            names = rebuild.defined_names(cell.source)
            cell.source = (
                f"def hostile(*args, **kwargs):\n    return {HOSTILE[value]}\n"
            )
            cell.source += "".join(f"{name} = hostile\n" for name in sorted(names))
    result = graded(assignment, notebook)
    tests = [c for c in result.notebook.cells if is_grade(c) and not is_solution(c)]
    won = {c.metadata.nbgrader.grade_id: determine_grade(c)[0] for c in tests}
    assert {name: points for name, points in won.items() if points} == {}


@pytest.mark.parametrize("path", WRONG, ids=name)
def test_a_wrong_answer_loses_exactly_its_points_and_is_told_why(path):
    answer, lost = graded_answer(path)
    assert set(lost) == set(answer.fails), lost
    assert re.search(answer.says, next(iter(lost.values())))


@pytest.mark.parametrize("path", RIGHT, ids=name)
def test_a_right_answer_gets_all_points(path):
    _, lost = graded_answer(path)
    assert lost == {}
