"""Which cells of a notebook depend on which: what an answer touches, what a test needs.

Read from the names that cells bind and look up, without running them. A name that a cell
binds at its top level before it looks it up is its own, and none of another cell's.
"""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterator
from contextlib import contextmanager

from IPython.core.inputtransformer2 import TransformerManager
from nbformat import NotebookNode
from nbgrader.utils import is_grade, is_solution

from nbreferee.run.rebuild import defined_names


class _Names(ast.NodeVisitor):
    """Goes through a cell in the order in which it runs.

    `own` is what it has bound so far, `wanted` what it looked up before it bound it.
    """

    def __init__(self) -> None:
        self.own: set[str] = set()
        self.wanted: set[str] = set()

    def visit_Name(self, node: ast.Name) -> None:
        if isinstance(node.ctx, ast.Load) and node.id not in self.own:
            self.wanted.add(node.id)
        elif isinstance(node.ctx, ast.Store):
            self.own.add(node.id)

    def visit_Assign(self, node: ast.Assign) -> None:
        self.each(node.value, *node.targets)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        self.each(node.value, node.annotation, node.target)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        if isinstance(node.target, ast.Name) and node.target.id not in self.own:
            self.wanted.add(node.target.id)
        self.each(node.value, node.target)

    def visit_For(self, node: ast.For) -> None:
        self.each(node.iter, node.target, *node.body, *node.orelse)

    def visit_Import(self, node: ast.Import | ast.ImportFrom) -> None:
        self.own |= {a.asname or a.name.split(".")[0] for a in node.names}

    visit_ImportFrom = visit_Import

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.Lambda) -> None:
        arguments = node.args
        self.each(*arguments.defaults, *filter(None, arguments.kw_defaults))
        if isinstance(node, ast.FunctionDef):
            self.each(*node.decorator_list)
            self.own.add(node.name)
        every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
        every += filter(None, (arguments.vararg, arguments.kwarg))
        body = node.body if isinstance(node.body, list) else [node.body]
        local = {n.id for b in body for n in ast.walk(b) if _is_stored(n)}
        with self.scope({a.arg for a in every} | local):
            self.each(*body)

    visit_Lambda = visit_FunctionDef

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self.each(*node.decorator_list, *node.bases, *node.keywords)
        self.own.add(node.name)
        with self.scope(set()):
            self.each(*node.body)

    def visit_ListComp(self, node: ast.ListComp | ast.DictComp) -> None:
        with self.scope(set()):
            for part in node.generators:
                self.each(part.iter, part.target, *part.ifs)
            if isinstance(node, ast.DictComp):
                self.each(node.key, node.value)
            else:
                self.each(node.elt)

    visit_SetComp = visit_GeneratorExp = visit_DictComp = visit_ListComp

    def each(self, *nodes: ast.AST | None) -> None:
        for node in nodes:
            if node is not None:
                self.visit(node)

    @contextmanager
    def scope(self, names: set[str]) -> Iterator[None]:
        outside, self.own = self.own, self.own | names
        yield
        self.own = outside


def _is_stored(node: ast.AST) -> bool:
    return isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)


@functools.cache
def _names(source: str) -> _Names:
    names = _Names()
    names.visit(ast.parse(TransformerManager().transform_cell(source)))
    return names


def looks_up(source: str) -> set[str]:
    """List the names that a cell takes from elsewhere."""
    return _names(source).wanted


def binds(source: str) -> set[str]:
    """List what a cell binds at its top level, imports included."""
    return _names(source).own


def defines(source: str) -> set[str]:
    """List what a cell binds at its top level, imports left out."""
    return defined_names(TransformerManager().transform_cell(source))


def tests(notebook: NotebookNode) -> list[str]:
    """List the ids of the test cells, in order."""
    return [c.id for c in notebook.cells if is_grade(c) and not is_solution(c)]


def code(notebook: NotebookNode) -> dict[str, str]:
    return {c.id: c.source for c in notebook.cells if c.cell_type == "code"}


def touched(notebook: NotebookNode, answer: dict[str, str]) -> list[str]:
    """List the test cells that use something that an answer's cells define.

    Args:
        notebook: the assignment with its solution.
        answer: other sources for some of its cells.

    The tests that are not listed say of the answer what they say of the solution.
    """
    cells, graded = code(notebook), tests(notebook)
    names: set[str] = set()
    for name, source in answer.items():
        names |= defines(source) | defines(cells[name])
    others = [source for name, source in cells.items() if name not in graded]
    while True:
        before = len(names)
        for source in others:
            if looks_up(source) & names:
                names |= defines(source)
        if len(names) == before:
            return [test for test in graded if looks_up(cells[test]) & names]


def needed(notebook: NotebookNode, wanted: list[str]) -> set[str]:
    """List the code cells that must run for some of the test cells, those included."""
    cells, graded = code(notebook), tests(notebook)
    found = set(wanted)
    names = {name for test in wanted for name in looks_up(cells[test])}
    while True:
        before = len(found)
        for cell, source in cells.items():
            if cell not in graded and cell not in found and binds(source) & names:
                found.add(cell)
                names |= looks_up(source)
        if len(found) == before:
            return found
