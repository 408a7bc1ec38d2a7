"""Each assignment: the solution gets all points, the stub none, answers what they earn."""

import re

import pytest
from nbgrader.utils import is_grade, is_solution

from tests.solutions.answers import (
    Answer,
    assignments,
    run,
    solution,
    with_answer,
    with_stubs,
)
from tests.solutions.touched import needed, touched
from tools.notebooks import ROOT

ANSWERS = ROOT / "tests" / "answers"
WRONG = sorted(ANSWERS.glob("*/wrong/*.py"))
RIGHT = sorted(ANSWERS.glob("*/right/*.py"))
COPIED = sorted(ANSWERS.glob("*/copied/*.py"))


def name(path):
    return path.relative_to(ANSWERS).with_suffix("").as_posix()


@pytest.mark.parametrize("assignment", assignments())
def test_the_solution_gets_all_points(assignment):
    result = run(solution(assignment))
    assert result.failed == [], result.messages


@pytest.mark.parametrize("assignment", assignments())
def test_the_stub_gets_no_point_and_says_what_to_do(assignment):
    notebook = with_stubs(solution(assignment))
    result = run(notebook)
    assert sum(result.points.values()) == 0
    for test, message in result.messages.items():
        assert message, f"{test} fails without a word"
    hidden = {c.id for c in notebook.cells if "### BEGIN HIDDEN TESTS" in c.source}
    tagged = {
        c.id for c in notebook.cells if "raises-exception" in c.metadata.get("tags", [])
    }
    assert result.raised - hidden <= tagged, "Run all would stop at them"


@pytest.mark.parametrize("assignment", assignments())
def test_an_assignment_is_worth_100_points_some_given_by_a_person(assignment):
    cells = [c for c in solution(assignment).cells if is_grade(c)]
    assert sum(c.metadata.nbgrader.points for c in cells) == 100
    assert any(c.metadata.nbgrader.solution for c in cells)


@pytest.mark.parametrize("assignment", assignments())
def test_an_assignment_lists_enough_answers(assignment):
    assert len([p for p in WRONG if p.parts[-3] == assignment]) >= 8
    assert len([p for p in RIGHT if p.parts[-3] == assignment]) >= 3


def run_touched(path):
    """Run what an answer touches; the rest says what it says of the solution."""
    answer, notebook = Answer.read(path), solution(path.parts[-3])
    tests = touched(notebook, answer.cells)
    changed = with_answer(notebook, answer)
    return answer, run(changed, needed(changed, tests))


@pytest.mark.parametrize("path", WRONG, ids=name)
def test_a_wrong_answer_loses_exactly_its_points_and_is_told_why(path):
    answer, result = run_touched(path)
    assert answer.fails, "a wrong answer must list the test cells that it fails"
    assert set(result.failed) == set(answer.fails), result.messages
    assert answer.says, "a wrong answer must say what the learner is told"
    message = result.messages[result.failed[0]]
    assert pytest.approx(0) == result.points[result.failed[0]]
    assert re.search(answer.says, message), message


@pytest.mark.parametrize("path", RIGHT, ids=name)
def test_a_right_answer_gets_all_points(path):
    _, result = run_touched(path)
    assert result.points, "a right answer must change something that is tested"
    assert result.failed == [], result.messages


@pytest.mark.parametrize("path", COPIED, ids=name)
def test_an_answer_copied_from_the_chapter_scores_below_40(path):
    notebook = solution(path.parts[-3])
    answer = Answer.read(path)
    answered = {c.metadata.nbgrader.grade_id for c in notebook.cells if is_solution(c)}
    prose = {c.id for c in notebook.cells if c.cell_type == "markdown"}
    assert set(answer.cells) == answered - prose, "answer every task"
    result = run(with_answer(notebook, answer))
    assert sum(result.points.values()) < 40, result.points
