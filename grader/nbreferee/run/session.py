"""Grade one notebook: rebuild it, run the answers in the sandbox, let the referee test them.

The worker that calls `grade_notebook` never runs a line of the student's and never unpickles
anything. It sees bytes from the student's process in two places: outputs of cells, of which plain
text and pictures are kept, and the answers to the referee's calls, which it hands on unread. It
holds both processes to their time. When the student's process hangs, dies or floods, it is taken
down with everything that it has started, the cell gets a verdict, and a new process runs the
cells so far again, so that one endless loop costs no more than its own test's points.
"""

from __future__ import annotations

import contextlib
import hashlib
import signal
import time
from collections.abc import Container, Mapping
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_output

from nbreferee import wire
from nbreferee.limits import Limits
from nbreferee.run import pool, rebuild
from nbreferee.run.needs import Needs
from nbreferee.run.outputs import Room, clean_outputs, error_output
from nbreferee.run.sandbox import Process, SandboxError
from nbreferee.run.verdicts import (
    CRASHED,
    KILLED,
    MEMORY,
    OK,
    OUTPUT,
    TIME,
    UNREADABLE,
    CellVerdict,
    Graded,
    SolutionFails,
)
from nbreferee.setting import Setting
from nbreferee.text import UNFINISHED


def grade_notebook(
    source: NotebookNode,
    submitted: bytes,
    files: Mapping[str, bytes] | None = None,
    limits: Limits | None = None,
    setting: Setting | None = None,
    *,
    released: NotebookNode | None = None,
    only: Container[str] | None = None,
    solution_first: bool = False,
) -> Graded:
    """Grade what one student handed in.

    Args:
        source: the instructor's notebook, with solutions and hidden tests.
        submitted: the notebook that was handed in, whatever is in it.
        files: the other files that the assignment ships, by path.
        limits: what the submission may use.
        setting: what the sandbox shows of the course.
        released: the students' version of `source`, with nbgrader's checksums; made from
            `source` if it is not given.
        only: the names of the tests to run; the others are not run and give no points.
            By default all.
        solution_first: refuse to grade unless the instructor's own solution, under the same
            limits, gets all points.

    Returns:
        The graded notebook; also for a submission that cannot be read, which scores 0.

    Raises:
        SandboxError: if this machine cannot run the sandbox.
        SolutionFails: if the instructor's solution does not get all points and has to.
    """
    started = time.monotonic()
    limits, setting = limits or Limits(), setting or Setting()
    released = released if released is not None else rebuild.release(source)
    files = dict(files or {})
    _rehearse(source, released, files, limits, setting, solution_first)
    begun = time.monotonic()
    try:
        rebuilt = rebuild.rebuild(source, released, submitted)
    except rebuild.Unreadable as error:
        rebuilt = rebuild.unanswered(source, released)
        graded = _unreadable(source, rebuilt, f"The file is {error}.")
    else:
        run = _Run(source, rebuilt, files, limits, setting)
        run.deadline = begun + limits.total_seconds  # reading it counts as well
        graded = run.graded(only=only)
    graded.seconds = time.monotonic() - started
    return graded


def _unreadable(source: NotebookNode, rebuilt: rebuild.Rebuilt, reason: str) -> Graded:
    for part in rebuilt.parts:
        if part.role == "test":
            part.cell.outputs = [error_output("Unreadable", reason, [reason])]
    notebook = rebuild.notebook_of(rebuilt.parts, source)
    return Graded(notebook, UNREADABLE, notes=[reason])


def _rehearse(
    source: NotebookNode,
    released: NotebookNode,
    files: dict[str, bytes],
    limits: Limits,
    setting: Setting,
    must_pass: bool,
) -> None:
    """Grade the instructor's own notebook once: it must pass, and shows what it loads.

    Libraries import much of themselves when it is first needed (PyTorch's optimizers take
    three seconds). What the solution and the tests have loaded, the warm process loads too, except
    for what only hidden tests load.
    """
    kind = pool.Kind(Needs(source).modules, limits.threads, setting)
    text = nbformat.writes(source).encode()
    digest = hashlib.sha256(text).digest()
    if pool.has_learned(kind, digest):
        return
    rebuilt = rebuild.rebuild(source, released, text)
    run = _Run(source, rebuilt, files, limits, setting)
    graded = run.graded(learn=True)
    failed = {
        part.name: graded.cells[part.name].message or "not all of its points"
        for part in rebuilt.parts
        if part.role == "test"
        and (not graded.cells[part.name].passed or _partial(part.cell))
    }
    if failed and must_pass:
        said = "; ".join(f"{name}: {message}" for name, message in failed.items())
        raise SolutionFails(
            f"The instructor's own solution does not get all points ({said}). Mend the solution "
            "or the tests, or give more time and memory."
        )
    pool.learn(kind, digest, run.loaded)
    run.sandbox.load(sorted(run.loaded))


def _partial(cell: NotebookNode) -> bool:
    """Whether a test gave a part of its points, which stands in its last line."""
    return any(output.output_type == "execute_result" for output in cell.outputs)


# --- one submission ------------------------------------------------------------------------------


_SIGNALS = {int(number) for number in signal.Signals}
_FAULTS = {signal.SIGSEGV, signal.SIGBUS, signal.SIGILL, signal.SIGFPE, signal.SIGABRT}


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
        setting: Setting,
    ) -> None:
        self.source, self.rebuilt, self.files = source, rebuilt, files
        self.limits, self.setting = limits, setting
        self.needs = Needs(source)
        self.kind = pool.Kind(self.needs.modules, limits.threads, setting)
        self.sandbox = pool.sandbox_for(self.kind)
        self.deadline = time.monotonic() + limits.total_seconds
        self.student: Process | None = None
        self.referee: Process | None = None
        self.done: list[rebuild.Part] = []  # code cells that ran and can be run again
        self.starts = 0
        self.taken: dict[str, int] = {}  # hidden test → start whose names it holds
        self.loaded: set[str] = set()  # modules, after the run of a solution
        self.room = Room(limits)

    def graded(self, only: Container[str] | None = None, learn: bool = False) -> Graded:
        graded = Graded(NotebookNode(), notes=self.rebuilt.notes)
        code = [part for part in self.rebuilt.parts if part.cell.cell_type == "code"]
        parts = []
        for part in code:
            if part.role != "test" or only is None or part.name in only:
                parts.append(part)
            else:
                said = "This test was left out."
                part.cell.outputs = [error_output("NotRun", said, [said])]
                graded.cells[part.name] = CellVerdict(message=said)
        hidden = [part for part in parts if part.hidden]
        try:
            # A hidden test takes its names where it stands and runs after all cells, so that
            # no cell can show what the test has passed to a function.
            for part in parts:
                if part.hidden:
                    self.take_names(part)
                else:
                    self.timed(part, graded)
            if learn:  # students can see what it loads: no module of a hidden test
                self.learn()
            for part in hidden:
                self.timed(part, graded)
        finally:
            self.end(self.student)
            self.end(self.referee)
        graded.cells = {part.name: graded.cells[part.name] for part in code}
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
                raise self.stop(*self.fate(wire.MEMORY))
        except _Stopped as stopped:
            part.cell.outputs = [
                error_output("Stopped", stopped.message, [stopped.message])
            ]
            return CellVerdict(stopped.verdict, stopped.message)
        self.done.append(part)
        part.cell.outputs = outputs
        return CellVerdict()

    def cell(self, part: rebuild.Part) -> tuple[list[NotebookNode], Any]:
        payload = wire.pack(
            {"op": "cell", "source": part.cell.source, "name": part.name}
        )
        # This is unpacked here, outside of the sandbox: it holds text and no arrays.
        bounds = wire.Bounds(total=wire.BOUNDS.text, items=20_000)
        data = self.ask(payload, self.until(), bounds.total)
        try:
            answer = wire.unpack(bytes(data), lambda body: None, bounds)
            return clean_outputs(answer["outputs"], self.room), answer["raised"]
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
        kept, self.room = (
            self.room,
            Room(self.limits),
        )  # what it shows again is not kept
        try:
            for part in self.done:
                self.cell(part)
        finally:
            self.room = kept

    def ask(
        self, payload: bytes | bytearray, deadline: float, limit: int | None = None
    ) -> bytearray:
        """Ask the student's process; stop it when it does not answer as it should."""
        assert self.student is not None
        try:
            self.student.send(b"q", payload, deadline)
            return self.student.receive(deadline, limit)[1]
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
        if status == wire.MEMORY:
            return (
                MEMORY,
                f"Your code took more than {self.limits.memory_mb} MB and was stopped.",
            )
        if status == wire.SCARCE:
            return (
                MEMORY,
                f"The machine had less than {self.limits.floor_mb} MB of memory left, and of all "
                "submissions yours held the most: your code was stopped. Whoever grades can "
                "grade it again with fewer workers.",
            )
        if status == wire.OUTPUT:
            return OUTPUT, "Your code printed more than is allowed and was stopped."
        if status - 128 in _SIGNALS:
            name = signal.Signals(status - 128).name
            if status - 128 in _FAULTS:
                return CRASHED, f"Your code crashed Python ({name})."
            return KILLED, f"The process of your code was killed ({name})."
        if status == wire.BROKEN:
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
            # How a process ends is the student's choice: of a hidden test it is not told.
            said = UNFINISHED if part.hidden else stopped.message
            result = {
                "error": {"ename": "Stopped", "evalue": said, "lines": [said]},
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

    def referee_says(self, request: dict[str, Any]) -> dict[str, Any]:
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
                # While the referee computes, nothing of the student's may take its time.
                if self.student is not None and self.referee.waits(0.005):
                    self.student.pause(True)
                kind, data = self.referee.receive(deadline + 5)
                if self.student is not None:
                    self.student.pause(False)
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

    def record(self, part: rebuild.Part, result: dict[str, Any]) -> CellVerdict:
        outputs = []
        if result["printed"]:
            outputs.append(new_output("stream", name="stdout", text=result["printed"]))
        error = result["error"]
        if error is not None:
            outputs.append(
                error_output(error["ename"], error["evalue"], error["lines"])
            )
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
            self.sandbox = pool.sandbox_for(self.kind)
            process = self.sandbox.fork(role, self.limits)
        cells = sorted({part.name for part in self.rebuilt.parts})
        request = {"op": "start", "files": self.files}
        if role == "referee":
            request |= {"cells": cells, "speaks": dict(self.setting.speaks)}
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
