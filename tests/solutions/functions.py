"""The functions of an assignment's solution, for tests that call them directly."""

from __future__ import annotations

from functools import cache
from types import SimpleNamespace

from nbgrader.utils import is_solution

from tests.solutions.answers import solution


@cache
def functions(assignment: str) -> SimpleNamespace:
    """Run the imports and the solution cells of an assignment, and nothing else.

    Args:
        assignment: its folder under `solutions`, for example "02-padding-stride".

    Returns:
        What the cells define, as attributes: `functions("01-filters").convolve(…)`.
    """
    namespace: dict = {"__name__": assignment}
    for cell in solution(assignment).cells:
        if cell.cell_type == "code" and (cell.id == "imports" or is_solution(cell)):
            exec(compile(cell.source, f"{assignment}: {cell.id}", "exec"), namespace)
    return SimpleNamespace(**namespace)
