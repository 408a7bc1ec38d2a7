"""Run an assignment with other answers in it and see which test cells go red.

Cells run in this process, one after another, as a notebook would run them: an error ends
its cell and nothing else. Points are counted by nbgrader.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

import matplotlib
import matplotlib.pyplot
import nbformat
from IPython.core.inputtransformer2 import TransformerManager
from nbformat import NotebookNode
from nbformat.v4 import new_output
from nbgrader.preprocessors import ClearSolutions
from nbgrader.utils import determine_grade, is_grade, is_solution
from traitlets.config.loader import PyFileConfigLoader

from tools.notebooks import ROOT

SECTION = re.compile(r"^# %% (\S+)\n", re.MULTILINE)


@dataclass
class Answer:
    """An answer from `tests/answers`: some cells, and what the tests must say to them."""

    path: Path
    cells: dict[str, str]
    fails: list[str] = field(default_factory=list)
    says: str = ""

    @classmethod
    def read(cls, path: Path) -> Answer:
        head, *sections = SECTION.split(path.read_text("utf-8"))
        cells = dict(zip(sections[::2], sections[1::2], strict=True))
        fails = re.search(r"^fails: (.*?)(?=^says:)", head, re.MULTILINE | re.DOTALL)
        says = re.search(r"^says: (.+)$", head, re.MULTILINE)
        return cls(
            path,
            {name: source.strip("\n") for name, source in cells.items()},
            re.split(r"[,\s]+", fails[1].strip()) if fails else [],
            says[1].strip() if says else "",
        )


@dataclass
class Result:
    """What became of each graded test cell, in the order of the notebook."""

    points: dict[str, float]
    possible: dict[str, float]
    messages: dict[str, str]
    raised: set[str] = field(
        default_factory=set
    )  # ids of all cells that ended in an error

    @property
    def failed(self) -> list[str]:
        return [name for name in self.points if self.points[name] < self.possible[name]]


def assignments() -> list[str]:
    """List the assignments, as 'NN-topic'."""
    return sorted(path.parent.name for path in ROOT.glob("solutions/*/*.ipynb"))


def solution(assignment: str) -> NotebookNode:
    (path,) = ROOT.glob(f"solutions/{assignment}/*.ipynb")
    return nbformat.read(str(path), as_version=4)


def with_stubs(notebook: NotebookNode) -> NotebookNode:
    """Empty the solution cells, as nbgrader does when it releases the notebook."""
    config = PyFileConfigLoader("nbgrader_config.py", str(ROOT)).load_config()
    return ClearSolutions(config=config).preprocess(notebook, {})[0]


def with_answer(notebook: NotebookNode, answer: Answer) -> NotebookNode:
    places = {c.metadata.nbgrader.grade_id: c for c in notebook.cells if is_solution(c)}
    unknown = set(answer.cells) - set(places)
    if unknown or not answer.cells:
        raise ValueError(
            f"{answer.path}: no solution cell is named {unknown or 'at all'}"
        )
    for name, source in answer.cells.items():
        places[name].source = source
    return notebook


def run(notebook: NotebookNode, only: set[str] | None = None) -> Result:
    """Run code cells in one fresh namespace and count the points of the test cells.

    Args:
        notebook: the assignment, with answers in it.
        only: ids of the cells to run; the others are not counted. By default all.

    """
    matplotlib.use("Agg")
    transform = TransformerManager().transform_cell
    namespace: dict = {"__name__": "__main__"}
    result = Result({}, {}, {})
    for cell in notebook.cells:
        if cell.cell_type != "code" or (only is not None and cell.id not in only):
            continue
        cell.outputs = []
        try:
            exec(compile(transform(cell.source), cell.id, "exec"), namespace)
        except Exception as error:
            result.raised.add(cell.id)
            name, said = type(error).__name__, str(error)
            cell.outputs = [
                new_output(
                    "error", ename=name, evalue=said, traceback=[f"{name}: {said}"]
                )
            ]
        finally:
            matplotlib.pyplot.close("all")
        if is_grade(cell) and not is_solution(cell):
            name = cell.metadata.nbgrader.grade_id
            result.points[name], result.possible[name] = determine_grade(cell)
            result.messages[name] = "".join(o.get("evalue", "") for o in cell.outputs)
    return result
