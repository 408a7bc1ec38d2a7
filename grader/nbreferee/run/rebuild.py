"""The released notebook with a student's answers in it.

What a student hands in may have lost its metadata in another editor, have cells twice, in another
order, deleted, retyped or tagged anew, or be written to be mistaken for something else. So the
submission is never graded as it came. Its answers are taken out and put into the instructor's
notebook, whose tests, points, tags and metadata alone count. An answer is found

1. by its `grade_id`, unless the cell plainly answers another question;
2. by the `id` of its cell (Colab keeps it in the metadata);
3. by what it defines: the cell that defines `convolve` answers the question about `convolve`;
4. by likeness to the stub, then by its place between neighbours that were found.

Cells that the student added stay where they were, as code that nobody trusts. What was done is
told in `notes`, for the student's feedback.
"""

from __future__ import annotations

import ast
import copy
import json
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from IPython.core.inputtransformer2 import TransformerManager
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_raw_cell

from nbreferee.run.pictures import MOST_PIXELS, pixels
from nbreferee.text import as_code, harmless_markdown
from nbreferee.wire import many_items

# More than any honest notebook: bytes, cells, characters in a cell and in all cells, pictures that
# were pasted into texts (in characters), and items of JSON, most of them in outputs.
LARGEST, MOST_CELLS, LONGEST, MOST_TEXT = 64 << 20, 2000, 500_000, 4_000_000
MOST_PICTURES, MOST_ITEMS, MOST_NOTES = 8 << 20, 2_000_000, 50


class Unreadable(ValueError):
    """What was handed in is no notebook; the message says what it is and what to do."""


@dataclass
class Part:
    """A cell of the rebuilt notebook and what it is there for.

    `role` is "text" (not run), "code" (the student's, or the instructor's for the student to
    change: run in the sandbox alone), "given" (the instructor's, locked: run there too) or
    "test" (run by the referee alone). `name` is its `grade_id`, or "cell 7" for others.
    """

    role: str
    name: str
    cell: NotebookNode
    hidden: bool = False
    unanswered: bool = False


@dataclass
class Rebuilt:
    """The parts in the order in which they run, and what the student should know about them."""

    parts: list[Part]
    notes: list[str] = field(default_factory=list)


@dataclass
class _Cell:
    """A cell as it was handed in, reduced to what matters."""

    kind: str
    source: str
    grade_id: str | None
    id: str | None
    attachments: dict[str, dict[str, str]] | None = None
    place: int = 0

    @cached_property
    def defines(self) -> set[str]:
        """What the cell seems to define."""
        return _defines(self.source)

    @cached_property
    def lines(self) -> Counter[str]:
        """Its lines, blanks left out, with how often each is there."""
        return _lines(self.source)


def release(source: NotebookNode) -> NotebookNode:
    """Make the student's version of an instructor's notebook, as nbgrader does by default."""
    from nbgrader.preprocessors import (
        ClearHiddenTests,
        ClearSolutions,
        ComputeChecksums,
    )

    notebook = copy.deepcopy(source)
    for step in (ClearSolutions, ClearHiddenTests, ComputeChecksums):
        notebook, _ = step().preprocess(notebook, {})
    return notebook


def rebuild(source: NotebookNode, released: NotebookNode, submitted: bytes) -> Rebuilt:
    """Put the answers of a submission into the instructor's notebook.

    Args:
        source: the instructor's notebook, with hidden tests.
        released: what the students got, with nbgrader's checksums; the same cells in the same
            order.
        submitted: what a student handed in.

    Raises:
        Unreadable: if no cells can be found in it.
    """
    return _Graft(source, released, read(submitted)).rebuilt()


def unanswered(source: NotebookNode, released: NotebookNode) -> Rebuilt:
    """Return the notebook as released: what is graded where nothing could be read."""
    return _Graft(source, released, []).rebuilt()


def defined_names(source: str) -> set[str]:
    """List what a cell of the instructor's defines at its top level, imports left out."""
    names: set[str] = set()
    for node in ast.parse(source).body:
        if not isinstance(node, (ast.Import, ast.ImportFrom)):
            names |= _stored(node)
    return names


def _defines(source: str) -> set[str]:
    """List what a student's cell seems to define; it is never parsed outside the sandbox.

    Each line is looked at once, up to a length: nothing here takes longer than the text is long.
    """
    names: set[str] = set()
    for line in source.splitlines():
        head = _HEAD.match(line)
        if head:
            names.add(head[1])
        left, sign, right = line[:402].partition("=")
        left = left.partition(":")[0]
        if sign and not right.startswith("=") and _TARGETS.fullmatch(left):
            names |= set(re.findall(r"[A-Za-z_]\w*", left))
    return names


_HEAD = re.compile(r"(?:async )?(?:def|class) +(\w+)")
_TARGETS = re.compile(r"(?!\s)[\w, ]{1,200}")


def _stored(node: ast.AST) -> set[str]:
    """List the names that a statement binds, also in its branches and loops."""
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return {node.name}
    if isinstance(node, ast.Name):
        return {node.id} if isinstance(node.ctx, ast.Store) else set()
    if isinstance(node, (ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp)):
        return set()
    return {name for inner in ast.iter_child_nodes(node) for name in _stored(inner)}


# --- reading what was handed in -----------------------------------------------------------------


def read(submitted: bytes) -> list[_Cell]:
    """Read the cells of a notebook of any format, forgiving what can be forgiven.

    Raises:
        Unreadable: if it is not a notebook.
    """
    if len(submitted) > LARGEST:
        raise Unreadable(f"larger than {LARGEST >> 20} MB: hand it in without outputs")
    if submitted[:2] in (b"\xff\xfe", b"\xfe\xff"):
        # As text of one byte a sign, in which quotes are quotes and nothing else.
        submitted = submitted.decode("utf-16", "replace").encode("utf-8", "replace")
    if many_items(submitted, MOST_ITEMS):
        raise Unreadable("too full of outputs: hand it in with its outputs cleared")
    try:
        notebook = json.loads(submitted.decode("utf-8-sig", "replace"))
    except (ValueError, RecursionError, MemoryError) as error:
        raise Unreadable(_no_json(submitted, error)) from None
    cells = None
    if isinstance(notebook, dict):
        cells = notebook.get("cells")
        if not isinstance(cells, list) and isinstance(notebook.get("worksheets"), list):
            sheets = [
                sheet for sheet in notebook["worksheets"] if isinstance(sheet, dict)
            ]
            found = [sheet.get("cells") for sheet in sheets]
            cells = [cell for part in found if isinstance(part, list) for cell in part]
    if not isinstance(cells, list):
        raise Unreadable(
            "a JSON file without cells, not a notebook: hand in the .ipynb file"
        )
    if len(cells) > MOST_CELLS:
        raise Unreadable(f"a notebook of more than {MOST_CELLS} cells: remove some")
    result = [_cell(cell) for cell in cells if isinstance(cell, dict)]
    if sum(len(cell.source) for cell in result) > MOST_TEXT:
        raise Unreadable(
            f"a notebook with more than {MOST_TEXT:,} characters in its cells: remove some"
        )
    room, dots = MOST_PICTURES, MOST_PIXELS
    for place, cell in enumerate(result):
        cell.place = place
        for kinds in (cell.attachments or {}).values():
            for content in kinds.values():
                room -= len(content)
                dots -= pixels(content) or 0
        if room < 0 or dots < 0:
            cell.attachments = None
    return result


def _no_json(data: bytes, error: Exception) -> str:
    """Say what a file is that holds no JSON."""
    start = data[:512].lstrip().lower()
    if not data.strip():
        return "an empty file: hand in the notebook again"
    if start.startswith((b"<!doctype", b"<html")):
        return "a web page, not a notebook: in Colab, choose File ▸ Download ▸ Download .ipynb"
    if start.startswith(b"%pdf"):
        return "a PDF, not a notebook: hand in the .ipynb file"
    if start.startswith(b"pk"):
        return "a zip or an office document, not a notebook: hand in the .ipynb file"
    if start.startswith(b"{") and isinstance(error, json.JSONDecodeError):
        return f"cut off or damaged at line {error.lineno}: hand in the notebook again"
    return "no notebook: hand in the .ipynb file"


def _cell(raw: dict[str, Any]) -> _Cell:
    kind = raw.get("cell_type")
    kind = {"code": "code", "raw": "raw"}.get(
        kind if isinstance(kind, str) else "", "markdown"
    )
    metadata = raw.get("metadata")
    metadata = metadata if isinstance(metadata, dict) else {}
    marks = metadata.get("nbgrader")
    marks = marks if isinstance(marks, dict) else {}
    cell_id = raw.get("id") or metadata.get("id")
    text = _text(
        raw.get("source") if raw.get("source") is not None else raw.get("input")
    )
    if raw.get("cell_type") == "heading":
        level = raw.get("level")
        text = "#" * (level if level in (1, 2, 3, 4, 5, 6) else 1) + " " + text
    return _Cell(
        kind,
        text,
        marks.get("grade_id") if isinstance(marks.get("grade_id"), str) else None,
        cell_id if isinstance(cell_id, str) else None,
        _images(raw.get("attachments")),
    )


def _text(source: Any) -> str:
    if isinstance(source, list):
        lines = [line for line in source if isinstance(line, str)]
        # Some tools write one line an item and leave the line breaks out.
        apart = len(lines) > 1 and not any(line.endswith("\n") for line in lines[:-1])
        source = ("\n" if apart else "").join(lines)
    if not isinstance(source, str):
        return ""
    text = source.replace("\r\n", "\n").replace("\x00", "")
    text = _unicode(text)
    return text if len(text) <= LONGEST else text[:LONGEST]


def _unicode(text: str) -> str:
    """Replace what is no character, such as half of a surrogate pair: no file could hold it."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _images(attachments: Any) -> dict[str, dict[str, str]] | None:
    """Keep pictures that were pasted into a text, and nothing else."""
    if not isinstance(attachments, dict):
        return None
    kept = {}
    for name, data in list(attachments.items())[:50]:
        if isinstance(data, dict):
            images = {
                kind: content
                for kind, content in data.items()
                if kind in ("image/png", "image/jpeg") and isinstance(content, str)
                if re.fullmatch(r"[A-Za-z0-9+/=\s]*", content)
                and pixels(content) is not None
            }
            if images:
                kept[_unicode(name)[:200]] = images
    return kept or None


# --- finding the answers ------------------------------------------------------------------------


class _Graft:
    def __init__(
        self, source: NotebookNode, released: NotebookNode, cells: list[_Cell]
    ) -> None:
        if len(source.cells) != len(released.cells):
            raise ValueError("the released notebook is not made from this source")
        self.source, self.released, self.cells = source.cells, released.cells, cells
        transform = TransformerManager().transform_cell
        self.marks = [cell.metadata.get("nbgrader") or {} for cell in self.source]
        self.names = [
            defined_names(transform(cell.source))
            if marks.get("solution") and cell.cell_type == "code"
            else set()
            for cell, marks in zip(self.source, self.marks, strict=True)
        ]
        self.ids = {
            marks.get("grade_id"): i for i, marks in enumerate(self.marks) if marks
        }
        self.taken: dict[int, _Cell] = {}  # instructor's cell → the student's
        self.dropped: set[int] = set()  # places of cells that are not kept at all
        self.notes: list[str] = []
        self.known_lines: dict[str, tuple[Counter[str], int]] = {}

    def rebuilt(self) -> Rebuilt:
        self.by_grade_id()
        self.by_cell_id()
        self.by_text()
        self.by_definition()
        self.by_likeness()
        self.by_place()
        parts = self.parts()
        if len(self.notes) > MOST_NOTES:
            more = len(self.notes) - MOST_NOTES
            self.notes[MOST_NOTES:] = [f"There is more to say: {more} notes."]
        return Rebuilt(parts, self.notes)

    def likeness(self, cell: _Cell, text: str) -> float:
        """Return the part of their lines that a cell and a text have in common, from 0 to 1."""
        if text not in self.known_lines:
            lines = _lines(text)
            self.known_lines[text] = lines, sum(lines.values())
        theirs, size = self.known_lines[text]
        total = size + cell.lines.total()
        if not total:
            return float(_same_text(cell.source, text))
        ours = cell.lines  # the instructor's lines are few, a student's may be many
        return 2 * sum(min(n, ours[line]) for line, n in theirs.items()) / total

    # Whether an instructor's cell takes over what the student has written.

    def locked(self, i: int) -> bool:
        marks = self.marks[i]
        return bool(marks) and not marks.get("solution")

    def free(self) -> list[_Cell]:
        used = {cell.place for cell in self.taken.values()} | self.dropped
        return [cell for cell in self.cells if cell.place not in used]

    def missing(self) -> list[int]:
        return [i for i in range(len(self.source)) if i not in self.taken]

    def by_grade_id(self) -> None:
        found: dict[int, list[_Cell]] = {}
        for cell in self.cells:
            i = self.ids.get(cell.grade_id) if cell.grade_id else None
            if i is not None and self.plausible(i, cell):
                found.setdefault(i, []).append(cell)
        for i, cells in found.items():
            answers = [
                c for c in cells if not _same_text(c.source, self.released[i].source)
            ]
            definers = [c for c in answers if c.defines & self.names[i]]
            self.taken[i] = (definers or answers or cells)[-1]
            name = self.marks[i]["grade_id"]
            # Copies of a test, and of a stub that would undo the answer, are not kept.
            copies = (
                cells
                if self.locked(i)
                else [c for c in cells if answers and c not in answers]
            )
            self.dropped |= {cell.place for cell in copies if cell is not self.taken[i]}
            if len(cells) > 1 and not self.locked(i):
                self.notes.append(
                    f"The cell `{name}` was there {len(cells)} times: the last one that you "
                    "changed is graded, the others run as cells of your own."
                )
        for cell in self.cells:
            i = self.ids.get(cell.grade_id) if cell.grade_id else None
            if i is not None and not self.plausible(i, cell):
                self.notes.append(
                    f"A cell was marked as `{cell.grade_id}`, but holds something else."
                )

    def plausible(self, i: int, cell: _Cell) -> bool:
        """Whether a cell can be what its mark says: not the answer to another question."""
        if self.locked(i):
            texts = self.released[i].source, self.source[i].source
            return max(self.likeness(cell, text) for text in texts) >= 0.5
        if not self.names[i]:
            return True
        defines = cell.defines
        if defines & self.names[i]:
            return True
        others = [names for j, names in enumerate(self.names) if j != i and names]
        return not any(names <= defines for names in others) and not any(
            self.locked(j) and self.likeness(cell, self.released[j].source) > 0.8
            for j in range(len(self.source))
        )

    def by_cell_id(self) -> None:
        ids = {
            cell.get("id"): i for i, cell in enumerate(self.source) if cell.get("id")
        }
        for cell in self.free():
            i = ids.get(cell.id) if cell.id else None
            if i is None or i in self.taken or not self.plausible(i, cell):
                continue
            self.taken[i] = cell
            if self.marks[i].get("solution"):
                self.tell(i, "by the id of the cell")

    def by_text(self) -> None:
        """Recognise what is not to be answered, and is as it was."""
        known = {
            " ".join(self.released[i].source.split()): i
            for i in self.missing()
            if not self.marks[i].get("solution")
        }
        for cell in self.free():
            i = known.pop(" ".join(cell.source.split()), None)
            if i is not None:
                self.taken[i] = cell

    def by_definition(self) -> None:
        for i in self.missing():
            if self.names[i]:
                for cell in reversed(self.free()):
                    if self.names[i] & cell.defines:
                        self.taken[i] = cell
                        self.tell(i, "by what it defines")
                        break

    def by_likeness(self) -> None:
        pairs = []
        for i in self.missing():
            text = self.released[i].source
            for cell in self.free():
                likeness = self.likeness(cell, text)
                if likeness >= 0.6:
                    pairs.append((-likeness, abs(i - cell.place), i, cell.place))
        for likeness, _, i, place in sorted(pairs):
            used = {cell.place for cell in self.taken.values()}
            if i not in self.taken and place not in used:
                self.taken[i] = self.cells[place]
                if self.marks[i].get("solution") and likeness > -1:
                    self.tell(i, "by likeness")

    def by_place(self) -> None:
        """Take, for an answer that is not found yet, the cell between the same neighbours."""
        for i in self.missing():
            if not self.marks[i].get("solution"):
                continue
            before = [self.taken[j].place for j in self.taken if j < i]
            after = [self.taken[j].place for j in self.taken if j > i]
            low, high = max(before, default=-1), min(after, default=len(self.cells))
            kind = self.source[i].cell_type
            between = [
                c for c in self.free() if low < c.place < high and c.source.strip()
            ]
            between = [cell for cell in between if cell.kind == kind] or between
            if between and not (kind == "code" and self.names[i]):
                self.taken[i] = max(between, key=lambda cell: len(cell.source))
                self.tell(i, "by its place")

    def tell(self, i: int, how: str) -> None:
        name = self.marks[i]["grade_id"]
        self.notes.append(
            f"The mark of the cell `{name}` was lost; your answer was found {how}."
        )

    # --- putting them together

    def parts(self) -> list[Part]:
        place_of = {cell.place: i for i, cell in self.taken.items()}
        after: dict[int, list[_Cell]] = {}
        current = -1
        free = {cell.place for cell in self.free()}
        for cell in self.cells:
            if cell.place in place_of:
                current = place_of[cell.place]
            elif cell.place in free:
                after.setdefault(current, []).append(cell)
        order = [place_of[cell.place] for cell in self.cells if cell.place in place_of]
        if order != sorted(order):
            self.notes.append(
                "Cells were in another order; they run in the order of the course."
            )
        parts = [self.extra(cell) for cell in after.get(-1, [])]
        for i in range(len(self.source)):
            part = self.part(i)
            if part is not None:
                parts.append(part)
            parts += [self.extra(cell) for cell in after.get(i, [])]
        seen: set[str] = set()
        for number, part in enumerate(parts):
            part.name = part.name or f"cell {number + 1}"
            # Ids are unique, whatever was handed in.
            wanted = str(part.cell.get("id") or "")
            if not re.fullmatch(r"[A-Za-z0-9_-]{1,64}", wanted) or wanted in seen:
                wanted = f"added-{number + 1}"
            seen.add(wanted)
            part.cell["id"] = wanted
        return parts

    def part(self, i: int) -> Part | None:
        source, released, marks = self.source[i], self.released[i], self.marks[i]
        handed_in = self.taken.get(i)
        name = marks.get("grade_id", "")
        if marks.get("solution"):
            return self.answer(i, handed_in)
        if not marks:
            # The instructor's, for the student to change or to delete.
            if handed_in is None and self.cells:
                return None
            text = released.source
            if handed_in and handed_in.source != text:
                text = _shown_as(source.cell_type, handed_in)
            cell = _new(source.cell_type, text, source.get("id"))
            if handed_in and handed_in.attachments and cell.cell_type == "markdown":
                cell.attachments = handed_in.attachments
            return Part("code" if source.cell_type == "code" else "text", "", cell)
        texts = released.source, source.source
        if handed_in and not any(_same_text(handed_in.source, text) for text in texts):
            what = "test" if marks.get("grade") else "cell"
            self.notes.append(
                f"The {what} `{name}` was changed; the course's own is used."
            )
        cell = _new(source.cell_type, source.source, source.get("id"))
        cell.metadata = self.metadata(i)
        if source.cell_type != "code":
            return Part("text", name, cell)
        if marks.get("grade"):
            return Part(
                "test", name, cell, hidden="BEGIN HIDDEN TESTS" in source.source
            )
        return Part("given", name, cell)

    def answer(self, i: int, handed_in: _Cell | None) -> Part:
        source, released, marks = self.source[i], self.released[i], self.marks[i]
        name = marks["grade_id"]
        if handed_in is None and self.cells:
            self.notes.append(
                f"The cell `{name}` is not there; it counts as unanswered."
            )
        if handed_in and handed_in.kind != source.cell_type:
            kind = {"code": "code", "markdown": "text"}[source.cell_type]
            self.notes.append(f"The cell `{name}` is graded as {kind} again.")
        # An answer that was not touched keeps nbgrader's checksum: it scores 0 by itself.
        same = handed_in is None or _same_text(handed_in.source, released.source)
        text = released.source
        if handed_in and not same:
            text = _shown_as(source.cell_type, handed_in)
        cell = _new(source.cell_type, text, source.get("id"))
        if handed_in and handed_in.attachments and cell.cell_type == "markdown":
            cell.attachments = handed_in.attachments
        cell.metadata = self.metadata(i)
        role = "code" if source.cell_type == "code" else "text"
        return Part(role, name, cell, unanswered=same)

    def metadata(self, i: int) -> NotebookNode:
        marks = NotebookNode(self.released[i].metadata.nbgrader)
        marks.cell_type = self.source[i].cell_type
        return NotebookNode(nbgrader=marks)

    def extra(self, cell: _Cell) -> Part:
        # A raw cell would go into a page as it is.
        kind = "code" if cell.kind == "code" else "markdown"
        node = _new(kind, _shown_as(kind, cell), cell.id)
        if cell.attachments and cell.kind == "markdown":
            node.attachments = cell.attachments
        return Part("code" if cell.kind == "code" else "text", "", node)


def _shown_as(kind: str, cell: _Cell) -> str:
    """Return a student's text as it may stand in a cell that formgrader renders."""
    if kind != "markdown":
        return cell.source
    text = as_code(cell.source) if cell.kind == "raw" else cell.source
    return harmless_markdown(text, cell.attachments or ())


def _new(kind: str, source: str, cell_id: str | None) -> NotebookNode:
    make: Callable[[str], NotebookNode] = {
        "code": new_code_cell,
        "raw": new_raw_cell,
    }.get(kind, new_markdown_cell)
    cell = make(source)
    if cell_id:
        cell["id"] = cell_id
    return cell


def notebook_of(parts: list[Part], source: NotebookNode) -> NotebookNode:
    """Return the parts as a notebook with the metadata of the instructor's."""
    metadata = {
        key: source.metadata[key] for key in ("kernelspec",) if key in source.metadata
    }
    return new_notebook(cells=[part.cell for part in parts], metadata=metadata)


def _lines(text: str) -> Counter[str]:
    lines = (re.sub(r"\s", "", line) for line in text.splitlines())
    return Counter(line for line in lines if len(line) > 2)


def _same_text(a: str, b: str) -> bool:
    return re.sub(r"\s+", " ", a).strip() == re.sub(r"\s+", " ", b).strip()
