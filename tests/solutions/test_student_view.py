"""What a student sees who opens an exercise and runs all of it before writing anything."""

import nbformat
import pytest
from nbclient import NotebookClient
from nbgrader.utils import is_grade

from tools.notebooks import ROOT


@pytest.fixture(scope="module")
def fresh():
    path = ROOT / "exercises" / "01-filters" / "filters.ipynb"
    notebook = nbformat.read(str(path), as_version=4)
    folder = {"metadata": {"path": str(path.parent)}}
    # Errors are not allowed: only cells that are tagged may raise, as in JupyterLab.
    return NotebookClient(notebook, timeout=120, resources=folder).execute()


def said(cell):
    return "".join(
        o.get("text") or "\n".join(o.get("traceback", [])) for o in cell.outputs
    )


def test_run_all_reaches_the_end_and_says_how_far_one_is(fresh):
    first, second, *missing = said(fresh.cells[-1]).splitlines()
    visible = [c for c in fresh.cells if is_grade(c) and "cellView" in c.metadata]
    points = sum(c.metadata.nbgrader.points for c in visible)
    assert first == f"Visible tests: 0 of {points} points."
    assert second == f"Hidden ones and a reader give the other {100 - points}."
    assert len(missing) == len(visible)


def test_what_has_no_answer_yet_says_one_line_and_its_points(fresh):
    for cell in fresh.cells:
        if is_grade(cell) and "cellView" in cell.metadata:
            (line,) = said(cell).splitlines()
            points = cell.metadata.nbgrader.points
            assert line.startswith(f"Not yet (0 of {points} points): ")
            assert "has no answer yet" in line
