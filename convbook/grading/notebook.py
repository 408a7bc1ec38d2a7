"""Grade one notebook: rebuild it, run the answers in the sandbox, let the referee test them.

The worker that calls `grade_notebook` never runs a line of the student's and never unpickles
anything. It sees bytes from the student's process in two places: outputs of cells, of which plain
text and pictures are kept, and the answers to the referee's calls, which it hands on unread. It
holds both processes to their time. When the student's process hangs, dies or floods, it is taken
down with everything that it has started, the cell gets a verdict, and a new process runs the
cells so far again, so that one endless loop costs no more than its own test's points.
"""

from __future__ import annotations

import ast
import atexit
import contextlib
import hashlib
import re
import signal
import symtable
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import nbformat
from IPython.core.inputtransformer2 import TransformerManager
from nbformat import NotebookNode
from nbformat.v4 import new_output

from convbook.grading import rebuild, warm, wire
from convbook.grading.limits import Limits
from convbook.grading.referee import shown
from convbook.grading.sandbox import Process, Sandbox, SandboxError

OK, TIME, MEMORY, KILLED = "ok", "time", "memory", "killed"
OUTPUT, CRASHED, UNREADABLE = "output", "crashed", "unreadable"

# What may be shown of a student's outputs: text and pictures, no HTML, no scripts.
_PICTURES = ("image/png", "image/jpeg")


@dataclass
class CellVerdict:
    """What became of one code cell: a verdict, what is to be said about it, and its seconds."""

    verdict: str = OK
    message: str = ""
    seconds: float = 0.0
    passed: bool | None = None


@dataclass
class Graded:
    """A graded submission.

    `notebook` is what nbgrader's `SaveAutoGrades` scores: the instructor's tests with the outputs
    of the referee. `verdict` is "ok", or the first other verdict of a cell, or "unreadable" with
    the reason in `notes`. `cells` has a verdict for each code cell by its `grade_id` (or "cell 7"
    for others); `notes` tell the student what was rebuilt.
    """

    notebook: NotebookNode
    verdict: str = OK
    cells: dict[str, CellVerdict] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    seconds: float = 0.0


def grade_notebook(
    source: NotebookNode,
    submitted: bytes,
    files: Mapping[str, bytes] | None = None,
    limits: Limits | None = None,
    *,
    released: NotebookNode | None = None,
    unsafe_no_sandbox: bool = False,
) -> Graded:
    """Grade what one student handed in.

    Args:
        source: the instructor's notebook, with solutions and hidden tests.
        submitted: the notebook that was handed in, whatever is in it.
        files: the other files that the assignment ships, by path.
        limits: what the submission may use.
        released: the students' version of `source`, with nbgrader's checksums; made from
            `source` if it is not given.
        unsafe_no_sandbox: run the student's code with the rights of whoever grades.

    Returns:
        The graded notebook; also for a submission that cannot be read, which scores 0.

    Raises:
        SandboxError: if this machine cannot run the sandbox.
    """
    started = time.monotonic()
    limits = limits or Limits()
    released = released if released is not None else rebuild.release(source)
    try:
        rebuilt = rebuild.rebuild(source, released, submitted)
    except rebuild.Unreadable as error:
        rebuilt = rebuild.unanswered(source, released)
        graded = _unreadable(source, rebuilt, f"The file is {error}.")
    else:
        files = dict(files or {})
        if not unsafe_no_sandbox:
            _rehearse(source, released, files, limits)
        run = _Run(source, rebuilt, files, limits, unsafe_no_sandbox)
        graded = run.graded()
    graded.seconds = time.monotonic() - started
    return graded


def _unreadable(source: NotebookNode, rebuilt: rebuild.Rebuilt, reason: str) -> Graded:
    for part in rebuilt.parts:
        if part.role == "test":
            part.cell.outputs = [_error("Unreadable", reason, [reason])]
    notebook = rebuild.notebook_of(rebuilt.parts, source)
    return Graded(notebook, UNREADABLE, notes=[reason])


# --- warm processes, kept between submissions ---------------------------------------------

_sandboxes: dict[tuple, Sandbox] = {}
# Assignments in a row usually import the same; two warm processes with TensorFlow are plenty.
_KEPT = 2
# For each kind of warm process, what the instructors' notebooks have loaded in a rehearsal.
_learned: dict[tuple, dict[bytes, list[str]]] = {}


def sandbox_for(
    modules: Iterable[str], limits: Limits, unsafe_no_sandbox: bool = False
) -> Sandbox:
    """Return the warm process that has imported these modules; start it if there is none."""
    key = (tuple(modules), limits.threads, unsafe_no_sandbox)
    sandbox = _sandboxes.pop(key, None)
    if sandbox is None or not sandbox.alive:
        if sandbox is not None:
            sandbox.close()
        while len(_sandboxes) >= _KEPT:
            _sandboxes.pop(next(iter(_sandboxes))).close()
        sandbox = Sandbox(modules, limits, unsafe_no_sandbox)
        # Thousands, with TensorFlow: too many for a command line.
        sandbox.load(
            sorted({n for names in _learned.get(key, {}).values() for n in names})
        )
    _sandboxes[key] = sandbox
    return sandbox


@atexit.register
def close_sandboxes() -> None:
    """End all warm processes."""
    while _sandboxes:
        _sandboxes.popitem()[1].close()


def _rehearse(
    source: NotebookNode,
    released: NotebookNode,
    files: dict[str, bytes],
    limits: Limits,
) -> None:
    """Grade the instructor's own notebook once, to learn what it loads while it runs.

    Libraries import much of themselves when it is first needed (PyTorch's optimizers take
    three seconds). What the solution and the tests have loaded, the warm process loads too.
    """
    key = (_Needs(source).modules, limits.threads, False)
    text = nbformat.writes(source).encode()
    digest = hashlib.sha256(text).digest()
    if digest in _learned.setdefault(key, {}):
        return
    run = _Run(source, rebuild.rebuild(source, released, text), files, limits, False)
    run.graded(learn=True)
    _learned[key][digest] = sorted(run.loaded)
    run.sandbox.load(sorted(run.loaded))


# --- one submission ------------------------------------------------------------------------------


class _Stopped(Exception):
    def __init__(self, verdict: str, message: str) -> None:
        super().__init__(message)
        self.verdict, self.message = verdict, message


class _Run:
    def __init__(
        self,
        source: NotebookNode,
        rebuilt: rebuild.Rebuilt,
        files: dict[str, bytes],
        limits: Limits,
        unsafe: bool,
    ) -> None:
        self.source, self.rebuilt, self.files, self.limits = (
            source,
            rebuilt,
            files,
            limits,
        )
        self.needs = _Needs(source)
        self.sandbox = sandbox_for(self.needs.modules, limits, unsafe)
        self.unsafe = unsafe
        self.deadline = time.monotonic() + limits.total_seconds
        self.student: Process | None = None
        self.referee: Process | None = None
        self.done: list[rebuild.Part] = []  # code cells that ran and can be run again
        self.starts = 0
        self.taken: dict[str, int] = {}  # hidden test → start whose names it holds
        self.loaded: set[str] = set()  # modules, after the run of a solution

    def graded(self, learn: bool = False) -> Graded:
        graded = Graded(NotebookNode(), notes=self.rebuilt.notes)
        parts = [part for part in self.rebuilt.parts if part.cell.cell_type == "code"]
        hidden = [part for part in parts if part.hidden]
        try:
            # A hidden test takes its names where it stands and runs after all cells, so that
            # no cell can show what the test has passed to a function.
            for part in parts:
                if part.hidden:
                    self.take_names(part)
                else:
                    self.timed(part, graded)
            for part in hidden:
                self.timed(part, graded)
            if learn:
                self.learn()
        finally:
            self.end(self.student)
            self.end(self.referee)
        graded.cells = {part.name: graded.cells[part.name] for part in parts}
        bad = [v.verdict for v in graded.cells.values() if v.verdict != OK]
        graded.verdict = bad[0] if bad else OK
        graded.notebook = rebuild.notebook_of(self.rebuilt.parts, self.source)
        return graded

    def timed(self, part: rebuild.Part, graded: Graded) -> None:
        started = time.monotonic()
        run = self.test if part.role == "test" else self.code
        graded.cells[part.name] = run(part)
        graded.cells[part.name].seconds = time.monotonic() - started

    def learn(self) -> None:
        for process in (self.student, self.referee):
            with contextlib.suppress(TimeoutError, wire.Closed, wire.WireError):
                if process is not None:
                    soon = time.monotonic() + 10
                    process.send(b"q", wire.pack({"op": "modules"}), soon)
                    answer = wire.unpack(bytes(process.receive(soon)[1]))
                    self.loaded |= set(answer["value"])

    # --- the student's cells

    def code(self, part: rebuild.Part) -> CellVerdict:
        try:
            self.ready()
            outputs, raised = self.cell(part)
            names = raised.get("names") if isinstance(raised, dict) else None
            if isinstance(names, list) and "MemoryError" in names:
                # What filled the memory may still be held: a new process has room for others.
                raise self.stop(*self.fate(warm.MEMORY))
        except _Stopped as stopped:
            part.cell.outputs = [_error("Stopped", stopped.message, [stopped.message])]
            return CellVerdict(stopped.verdict, stopped.message)
        self.done.append(part)
        part.cell.outputs = outputs
        return CellVerdict()

    def cell(self, part: rebuild.Part) -> tuple[list[NotebookNode], Any]:
        payload = wire.pack(
            {"op": "cell", "source": part.cell.source, "name": part.name}
        )
        data = self.ask(payload, self.until())
        try:
            answer = wire.unpack(bytes(data), handle=lambda body: None)
            return clean_outputs(answer["outputs"], self.limits), answer["raised"]
        except Exception as error:
            raise self.stop(
                CRASHED, "What your code sent back cannot be read."
            ) from error

    def ready(self) -> None:
        """See to it that there is a student's process that has run the cells so far."""
        if self.student is not None:
            return
        if self.starts > self.limits.restarts:
            raise _Stopped(
                TIME,
                "This was not run: your code had to be stopped too often before it.",
            )
        self.starts += 1
        self.student = self.fork("student")
        for part in self.done:
            self.cell(part)

    def ask(self, payload: bytes, deadline: float) -> bytearray:
        """Ask the student's process; stop it when it does not answer as it should."""
        assert self.student is not None
        try:
            self.student.send(b"q", payload, deadline)
            return self.student.receive(deadline)[1]
        except TimeoutError:
            if time.monotonic() >= self.deadline:
                seconds, what = self.limits.total_seconds, "The notebook"
            else:
                seconds, what = self.limits.cell_seconds, "Your code"
            raise self.stop(
                TIME, f"{what} took longer than {seconds:g} s and was stopped."
            ) from None
        except wire.Closed:
            status = self.end(self.student, grace=2)
            self.student = None
            raise _Stopped(*self.fate(status)) from None
        except wire.WireError:
            raise self.stop(
                OUTPUT, "Your code returned more than is allowed."
            ) from None

    def stop(self, verdict: str, message: str) -> _Stopped:
        self.end(self.student)
        self.student = None
        return _Stopped(verdict, message)

    def fate(self, status: int) -> tuple[str, str]:
        """Say what became of a process that is gone."""
        if status == warm.MEMORY:
            return (
                MEMORY,
                f"Your code took more than {self.limits.memory_mb} MB and was stopped.",
            )
        if status == warm.OUTPUT:
            return OUTPUT, "Your code printed more than is allowed and was stopped."
        if status - 128 in _SIGNALS:
            name = signal.Signals(status - 128).name
            if status - 128 in _FAULTS:
                return CRASHED, f"Your code crashed Python ({name})."
            return KILLED, f"The process of your code was killed ({name})."
        if status == warm.BROKEN:
            return CRASHED, "Your code broke the process that runs it."
        return CRASHED, f"Your code ended its own process (exit status {status})."

    # --- the instructor's tests

    def test(self, part: rebuild.Part) -> CellVerdict:
        names, given = self.needs.of(part.cell.source)
        request = {
            "op": "test",
            "source": part.cell.source,
            "name": part.name,
            "names": sorted(names),
            "given": given,
            "hidden": part.hidden,
            # Names that were taken from a process that is no more are taken again.
            "taken": self.student is not None
            and self.taken.get(part.name) == self.starts,
        }
        try:
            result = self.referee_says(request)
        except _Stopped as stopped:
            result = {
                "error": {
                    "ename": "Stopped",
                    "evalue": stopped.message,
                    "lines": [stopped.message],
                },
                "printed": "",
                "points": None,
                "verdict": stopped.verdict,
            }
        return self.record(part, result)

    def take_names(self, part: rebuild.Part) -> None:
        names, _ = self.needs.of(part.cell.source)
        if names:
            request = {"op": "take", "name": part.name, "names": sorted(names)}
            with contextlib.suppress(_Stopped):
                self.referee_says(request)
                self.taken[part.name] = self.starts

    def referee_says(self, request: dict) -> dict:
        """Ask the referee, and relay what it asks to the student's process."""
        if self.referee is None:
            self.referee = self.fork("referee")
        payload = wire.pack(request)
        deadline = self.until()
        try:
            if request["names"]:
                self.ready()
                deadline = self.until()
            stopped = None
        except _Stopped as gone:
            stopped = gone
        try:
            self.referee.send(b"t", payload, deadline)
            while True:
                kind, data = self.referee.receive(deadline + 5)
                if kind == b"d":
                    result = wire.unpack(bytes(data))
                    if result["verdict"] == CRASHED and stopped is None:
                        self.stop(CRASHED, "")
                    return result
                try:
                    if stopped is not None:
                        raise stopped
                    answer = self.ask(data, deadline)
                except _Stopped as gone:
                    stopped = gone
                    words = {"verdict": gone.verdict, "message": gone.message}
                    self.referee.send(b"x", wire.pack(words), time.monotonic() + 5)
                    deadline = time.monotonic() + 5
                else:
                    self.referee.send(b"a", answer, deadline + 5)
        except TimeoutError:
            message = f"The test took longer than {self.limits.cell_seconds:g} s."
            verdict = TIME
        except (wire.Closed, wire.WireError):
            message, verdict = "The test could not be finished.", CRASHED
        self.end(self.referee)
        self.referee = None
        self.stop(verdict, message)
        raise _Stopped(verdict, message)

    def record(self, part: rebuild.Part, result: dict) -> CellVerdict:
        outputs = []
        if result["printed"]:
            outputs.append(new_output("stream", name="stdout", text=result["printed"]))
        error = result["error"]
        if error is not None:
            outputs.append(_error(error["ename"], error["evalue"], error["lines"]))
        elif result["points"] is not None:
            # nbgrader reads partial credit from the value of the last line.
            possible = float(part.cell.metadata.nbgrader.get("points", 0))
            if 0 <= result["points"] < possible:
                text = {"text/plain": repr(result["points"])}
                outputs.append(new_output("execute_result", data=text))
        part.cell.outputs = outputs
        return CellVerdict(
            result["verdict"] or OK,
            error["evalue"] if error else "",
            passed=error is None,
        )

    # --- processes

    def until(self) -> float:
        """Return when a cell that starts now has to be done."""
        now = time.monotonic()
        if now >= self.deadline:
            raise self.stop(
                TIME, "This was not run: the time for the whole notebook was over."
            )
        return min(now + self.limits.cell_seconds, self.deadline)

    def fork(self, role: str) -> Process:
        try:
            process = self.sandbox.fork(role, self.limits)
        except SandboxError:
            # The warm process is gone; one new one, or the error is for whoever grades.
            self.sandbox.close()
            self.sandbox = sandbox_for(self.needs.modules, self.limits, self.unsafe)
            process = self.sandbox.fork(role, self.limits)
        cells = sorted({part.name for part in self.rebuilt.parts})
        request = {"op": "start", "files": self.files}
        if role == "referee":
            request["cells"] = cells
        try:
            bounds = wire.Bounds(total=1 << 40)
            process.send(b"q", wire.pack(request, bounds=bounds), time.monotonic() + 60)
            answer = wire.unpack(bytes(process.receive(time.monotonic() + 60)[1]))
        except (TimeoutError, wire.Closed, wire.WireError) as error:
            process.end()
            raise SandboxError(
                f"A process in the sandbox did not start: {error}"
            ) from None
        if answer.get("raised"):
            process.end()
            raise SandboxError(
                f"The files cannot be written: {answer['raised']['message']}"
            )
        return process

    def end(self, process: Process | None, grace: float = 0) -> int:
        if process is None:
            return 0
        try:
            return process.end(grace)
        except SandboxError:  # the warm process is gone, and with it all that it forked
            self.sandbox.close()
            return 128 + signal.SIGKILL


_SIGNALS = {int(number) for number in signal.Signals}
_FAULTS = {signal.SIGSEGV, signal.SIGBUS, signal.SIGILL, signal.SIGFPE, signal.SIGABRT}


# --- what a test takes from other cells ----------------------------------------------------------


class _Needs:
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
            modules |= dict.fromkeys(name for _, names, _ in imports for name in names)
            if marks.get("grade") and not marks.get("solution"):
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


# --- outputs -------------------------------------------------------------------------------------


def clean_outputs(outputs: Any, limits: Limits) -> list[NotebookNode]:
    """Make notebook outputs of what a student's process says its cell has shown.

    Text is cut and its control characters are escaped; of rich outputs only plain text and
    pictures are kept: HTML, SVG and scripts would run in the browser of whoever reads them.
    """
    room = limits.output_kb * 1024
    pictures = 16 * room
    result = []
    for output in outputs if type(outputs) is list else []:
        if type(output) is not dict or len(result) >= 1000:
            continue
        kind = output.get("output_type")
        if kind == "stream":
            text = _printable(output.get("text"), room)
            room -= len(text)
            name = "stderr" if output.get("name") == "stderr" else "stdout"
            result.append(new_output("stream", name=name, text=text))
        elif kind == "error":
            lines = output.get("traceback")
            lines = (
                [_printable(line, 2000) for line in lines[:60]]
                if type(lines) is list
                else []
            )
            name, value = shown(output.get("ename"), 80), shown(output.get("evalue"))
            result.append(_error(name, value, lines or [f"{name}: {value}"]))
        elif (
            kind in ("display_data", "execute_result")
            and type(output.get("data")) is dict
        ):
            data = {}
            for mime, content in output["data"].items():
                if mime == "text/plain":
                    data[mime] = _printable(content, room)
                    room -= len(data[mime])
                elif (
                    mime in _PICTURES
                    and type(content) is str
                    and len(content) <= pictures
                    and re.fullmatch(r"[A-Za-z0-9+/=\s]+", content)
                ):
                    pictures -= len(content)
                    data[mime] = content
            if data:
                result.append(new_output(kind, data=data))
    return result


# Colours and other attributes that IPython prints; every other terminal code is escaped.
_COLOURS = re.compile(r"(\x1b\[[0-9;]*m)")


def _printable(text: Any, length: int) -> str:
    text = text if type(text) is str else ""
    text = text[: max(0, length)].replace("\r\n", "\n").replace("\t", "    ")
    parts = _COLOURS.split(text)
    return "".join(
        part if i % 2 else shown(part.replace("\r", "\n"), len(part))
        for i, part in enumerate(parts)
    )


def _error(name: str, value: str, lines: list[str]) -> NotebookNode:
    return new_output("error", ename=name, evalue=value, traceback=lines)
