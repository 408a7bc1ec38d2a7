"""What a test needs from other cells, read from the instructor's notebook alone."""

from __future__ import annotations

import ast
import symtable

from IPython.core.inputtransformer2 import TransformerManager
from nbformat import NotebookNode

from nbreferee.course import HIDDEN
from nbreferee.run import rebuild


class Needs:
    """Which names the tests take from where, read from the instructor's notebook alone."""

    def __init__(self, source: NotebookNode) -> None:
        self.transform = TransformerManager().transform_cell
        self.student: set[str] = set()
        self.imports: dict[str, str] = {}
        self.givens: dict[str, str] = {}
        modules: dict[str, None] = {}
        for cell in source.cells:
            if cell.cell_type != "code":
                continue
            marks = cell.metadata.get("nbgrader") or {}
            text = self.transform(cell.source)
            imports = _imports(text)
            test = marks.get("grade") and not marks.get("solution")
            # What the warm process imports every student's process can see.
            seen = (
                _imports(self.transform(HIDDEN.sub("", cell.source)))
                if test
                else imports
            )
            modules |= dict.fromkeys(name for _, names, _ in seen for name in names)
            if test:
                continue
            if marks.get("locked") and not marks.get("solution"):
                for name in _bound(text):
                    self.givens.setdefault(name, cell.source)
            else:
                self.student |= rebuild.defined_names(text)
                self.imports |= {
                    name: line for bound, _, line in imports for name in bound
                }
        self.modules = tuple(modules)

    def of(self, test: str) -> tuple[set[str], list[str]]:
        """Return the names that a test takes from the student, and what must run before it."""
        text = self.transform(test)
        given: dict[str, None] = {}
        names = self.follow(text, given)
        return names, list(given)

    def follow(self, text: str, given: dict[str, None]) -> set[str]:
        loads = {
            node.id
            for node in ast.walk(ast.parse(text))
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
        }
        names = loads & self.student
        for name in sorted(loads - _bound(text) - names):
            cell = self.givens.get(name) or self.imports.get(name)
            if cell is not None and cell not in given:
                given[cell] = None
                del given[cell]
                names |= self.follow(self.transform(cell), given)
                given[cell] = None
        return names


def _imports(text: str) -> list[tuple[list[str], list[str], str]]:
    """List import statements: the names they bind, the modules they load, the line itself."""
    try:
        tree = ast.parse(text)
    except SyntaxError:
        return []
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.asname or alias.name.split(".")[0] for alias in node.names]
            found.append(
                (names, [alias.name for alias in node.names], ast.unparse(node))
            )
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            names = [alias.asname or alias.name for alias in node.names]
            # `from keras import layers` loads keras.layers too, if that is a module.
            modules = [
                node.module,
                *(f"{node.module}.{alias.name}" for alias in node.names),
            ]
            found.append((names, modules, ast.unparse(node)))
    return found


def _bound(text: str) -> set[str]:
    """List the names that a cell binds at its top level, imports included."""
    table = symtable.symtable(text, "<cell>", "exec")
    return {
        s.get_name() for s in table.get_symbols() if s.is_assigned() or s.is_imported()
    }
