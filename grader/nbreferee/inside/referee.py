"""The referee: a trusted process that runs the tests on functions that live somewhere else.

A test cell runs here as it stands in the notebook. The names that it takes from the student's
cells are bound before it starts: a constant to its value, a function, a class or any other object
to a `StandIn`. Calling a stand-in sends the arguments to the student's process and takes back
what it returns, as plain values and arrays (`wire.py`). So

- the tests, their expected values and the score are never in the student's process;
- nothing that the student patches (NumPy, `print`, `AssertionError`, the interpreter) is patched
  here; what comes back is data of exact built-in and NumPy types, never an object that lies;
- an exception comes back by the name of its built-in type; `StopIteration`, which would end a
  test's loop early, and everything that is not an `Exception` do not;
- an object that is no value cannot pass as one: a stand-in has no truth value, no array, no
  length or items but those that the student's process reports when asked, as plain values;
- the student's process never calls the referee.

The worker outside relays the calls, holds both to their time, and records what the referee says.
"""

from __future__ import annotations

import ast
import builtins
import contextlib
import copy
import io
import linecache
import math
import re
import socket
import sys
import traceback
from collections.abc import Iterator
from typing import Any

import numpy as np
from IPython.core.inputtransformer2 import TransformerManager

from nbreferee import wire
from nbreferee.inside.start import fresh_randomness, write_files
from nbreferee.text import UNFINISHED, shown

# A test that wants to see its own data changed in place says so in a line of its own.
_ASKED = re.compile(r"^[ \t]*### CHANGES ARGUMENTS\b", re.MULTILINE)


class StudentError(Exception):
    """The student's code has raised an exception that is not one of Python's own."""


class StudentStopped(BaseException):
    """The student's process is gone, or what it sends cannot be read: the test ends here."""

    def __init__(self, verdict: str, message: str) -> None:
        super().__init__(message)
        self.verdict = verdict


def prepare() -> None:
    """Do in the warm process what every referee needs."""


def main(sock: socket.socket, limits: dict[str, int]) -> None:
    """Answer the worker's requests until it hangs up."""
    fresh_randomness()
    if "matplotlib" in sys.modules:
        sys.modules["matplotlib"].use("Agg")
    _Referee(sock, limits).serve()


class StandIn(wire.Remote):
    """Stands for something in the student's process: a function, a class, a model."""

    def __init__(self, link: _Link, number: int, name: str) -> None:
        self.__dict__.update(_link=link, _number=number, __name__=name)

    def __call__(self, /, *args: Any, **kwargs: Any) -> Any:
        answer = self._link.ask("call", target=self, args=args, kwargs=kwargs)
        given = [*args, *kwargs.values()]
        for place, value in answer.get("changed") or ():
            self._link.write_back(given[place], value)
        return answer["value"]

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return self._link.ask("get", target=self, name=name)["value"]

    def __setattr__(self, name: str, value: Any) -> None:
        if name.startswith("_"):
            raise AttributeError(name)
        self._link.ask("set", target=self, name=name, value=value)

    def __getitem__(self, key: Any) -> Any:
        return self._link.ask("item", target=self, key=key)["value"]

    def __len__(self) -> int:
        return self._link.ask("length", target=self)["value"]

    def __iter__(self) -> Iterator[Any]:
        iterator = self._link.ask("iterate", target=self)["value"]
        while item := self._link.ask("next", target=iterator)["value"]:
            yield item[0]

    def __bool__(self) -> bool:
        raise TypeError(f"{self!r} is neither true nor false")

    def __array__(self, *args: Any, **kwargs: Any) -> np.ndarray:
        raise TypeError(f"{self!r} is not an array")

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.__name__}>"

    def __deepcopy__(self, memo: dict[int, Any]) -> StandIn:
        return self


def _write_back(old: Any, new: Any) -> None:
    """Do to an argument what the student's function did to its copy of it."""
    if type(old) is not type(new):
        return
    if type(old) is np.ndarray:
        if old.shape == new.shape and old.dtype == new.dtype and old.flags.writeable:
            np.copyto(old, new)
    elif type(old) is list:
        if len(old) == len(new):
            for place, item in enumerate(new):
                if type(item) in (list, dict, np.ndarray) and type(item) is type(
                    old[place]
                ):
                    _write_back(old[place], item)
                else:
                    old[place] = item
        else:
            old[:] = new
    elif type(old) is dict:
        for key in [key for key in old if key not in new]:
            del old[key]
        for key, item in new.items():
            if type(item) in (list, dict, np.ndarray) and type(item) is type(
                old.get(key)
            ):
                _write_back(old[key], item)
            else:
                old[key] = item
    elif hasattr(old, "copy_"):  # a PyTorch tensor
        old.data.copy_(new)


class _Link:
    """The way to the student's process, through the worker."""

    def __init__(self, sock: socket.socket, limits: dict[str, int]) -> None:
        self.sock = sock
        self.bounds = wire.Bounds(total=limits["message"])
        self.stopped: StudentStopped | None = None
        self.hidden = False
        # Whether the test's own data follow what the student's code does to its copies; whether
        # there was anything to follow; and what they were before.
        self.following, self.changed = False, False
        self.before: list[tuple[Any, Any]] = []
        self.classes: dict[str, type] = {}

    def write_back(self, old: Any, new: Any) -> None:
        """Take note of an argument that was changed in place, and follow if it is asked for."""
        self.changed = True
        if self.following:
            with contextlib.suppress(Exception):  # not all can be copied
                self.before.append((old, copy.deepcopy(old)))
            _write_back(old, new)

    def restore(self) -> None:
        """Put the test's own data back, for the tests that come."""
        while self.before:
            _write_back(*self.before.pop())

    def ask(self, op: str, **request: Any) -> dict[str, Any]:
        if self.stopped:
            raise self.stopped
        try:
            payload = wire.pack({"op": op, **request}, self.number, self.bounds)
        except wire.WireError as refused:
            raise TypeError(
                f"the test cannot pass this to the student's code: {refused}"
            ) from None
        wire.send(self.sock, b"q", payload)
        kind, data = wire.receive(self.sock, self.bounds.total + self.bounds.text)
        if kind == b"x":
            self.stopped = StudentStopped(**wire.unpack(data))
            raise self.stopped
        try:
            answer = wire.unpack(bytes(data), self.stand_in, self.bounds)
            if type(answer) is not dict:
                raise wire.WireError("the answer is not a dict")
            print(shown(answer["printed"]), end="")
            if answer.get("raised") is not None:
                error = self.error(answer["raised"])
            else:
                return self.checked(op, answer, request)
        except StudentStopped:
            raise
        except Exception as broken:
            said = f"What your code sent back cannot be read: {broken}"
            self.stopped = StudentStopped("crashed", shown(said, 200))
            raise self.stopped from None
        raise error

    def checked(
        self, op: str, answer: dict[str, Any], request: dict[str, Any]
    ) -> dict[str, Any]:
        """Refuse an answer that has not the form that the request asks for."""
        value = answer["value"]
        given = len(request.get("args", ())) + len(request.get("kwargs", ()))
        if (
            (op == "names" and type(value) is not dict)
            or (op == "next" and not (type(value) is tuple and len(value) < 2))
            or (op == "iterate" and not isinstance(value, StandIn))
            or any(
                not 0 <= int(place) < given for place, _ in answer.get("changed", ())
            )
        ):
            raise wire.WireError("the answer does not fit the question")
        return answer

    def number(self, value: Any) -> dict[str, Any] | None:
        return {"id": value._number} if isinstance(value, StandIn) else None

    def stand_in(self, body: dict[str, Any]) -> StandIn:
        number, name = int(body["id"]), str(body["name"] or "object")
        kind = re.sub(r"\W", "", str(body["type"]))[:40] or "object"
        if self.hidden:  # names could carry what the test has passed to a function
            kind = name = "object"
        # A class of its own for each type, so that `type(x).__name__` says what it is.
        cls = self.classes.setdefault(kind, type(kind, (StandIn,), {}))
        return cls(self, number, shown(name, 80))

    def error(self, raised: dict[str, Any]) -> Exception:
        """Make the exception that the student's code has raised."""
        message = shown(raised["message"])
        cls: type[Exception] = StudentError
        for name in raised["names"]:
            found = getattr(builtins, str(name), None)
            if isinstance(found, type) and issubclass(found, Exception):
                cls = found
                break
        if issubclass(cls, (StopIteration, StopAsyncIteration)):
            cls, message = (
                RuntimeError,
                f"the function raised {cls.__name__}. {message}",
            )
        if cls in (StudentError, Exception):
            message = f"{shown(raised.get('type', ''), 80)}: {message}"
        try:
            error = cls(message)
        except TypeError:  # UnicodeDecodeError and its like want more than a message
            error = StudentError(f"{cls.__name__}: {message}")
        # Not the exception's own: an attribute that only the student's have.
        vars(error)["where"] = [
            (str(cell), int(line), str(code)) for cell, line, code in raised["where"]
        ]
        return error


def _without_the_students(raised: BaseException, text: str) -> str:
    """Take out of a hidden test's message what an exception of the student's code has put in."""
    cause = raised.__context__
    while cause is not None:
        if hasattr(cause, "where"):
            for part in (str(cause), shown(cause), type(cause).__name__):
                text = text.replace(part, "another error") if part else text
        cause = cause.__context__
    return text


class _Referee:
    def __init__(self, sock: socket.socket, limits: dict[str, int]) -> None:
        self.sock = sock
        self.link = _Link(sock, limits)
        self.transform = TransformerManager().transform_cell
        self.taken: dict[str, dict[str, Any]] = {}
        self.namespace: dict[str, Any] = {
            "__name__": "__main__",
            "display": lambda *args, **kwargs: None,
        }

    def serve(self) -> None:
        while True:
            try:
                _, request = wire.receive(self.sock, 1 << 40)
            except wire.Closed:
                return
            request = wire.unpack(
                request, bounds=wire.Bounds(total=1 << 40, text=1 << 30)
            )
            answer = getattr(self, f"on_{request.pop('op')}")(**request)
            wire.send(self.sock, b"d", wire.pack(answer))

    def on_start(
        self, files: dict[str, bytes], cells: list[str], speaks: dict[str, str]
    ) -> dict[str, Any]:
        """Get ready.

        Args:
            files: what the assignment ships.
            cells: the names of all cells.
            speaks: exceptions whose messages are for learners, by their full names, with the
                words to put before the message.
        """
        write_files(files)
        self.cells, self.speaks = set(cells), speaks
        return {}

    def on_take(self, name: str, names: list[str]) -> dict[str, Any]:
        """Take the student's names for a hidden test, which runs later."""
        with contextlib.suppress(StudentStopped, Exception):
            self.link.stopped, self.link.hidden = None, True
            self.taken[name] = self.link.ask("names", names=names)["value"]
        return {"verdict": None}

    def on_modules(self) -> dict[str, Any]:
        return {"value": list(sys.modules)}

    def on_test(
        self,
        source: str,
        name: str,
        names: list[str],
        given: list[str],
        hidden: bool,
        taken: bool,
    ) -> dict[str, Any]:
        """Run a test cell.

        Args:
            source: the cell.
            name: its `grade_id`.
            names: what it takes from the student's cells.
            given: sources of the instructor's cells that it needs, to be run before it.
            hidden: whether what it tests is not to be told.
            taken: whether names that `on_take` has taken are still good.

        Returns:
            `error`: None, or what is shown (ename, evalue, lines); `printed`; `points`: a
            number if the last line of the cell gave one; `verdict`: None unless the student's
            process had to be given up.
        """
        self.link.stopped, self.link.hidden = None, hidden
        self.link.changed, self.link.following = False, bool(_ASKED.search(source))
        printed = io.StringIO()
        points, error, verdict = None, None, None
        with (
            contextlib.redirect_stdout(printed),
            contextlib.redirect_stderr(io.StringIO()),
        ):
            try:
                found = self.taken.pop(name, None) if taken else None
                if found is None:
                    found = (
                        self.link.ask("names", names=names)["value"] if names else {}
                    )
                for place, cell in enumerate(given):
                    self.bind(names, found)
                    with contextlib.suppress(Exception):
                        self.execute(cell, f"<given {place}>")
                self.bind(names, found)
                points = self.execute(source, f"<{name}>")
                if self.link.changed and not self.link.following:
                    # The test's own data were out of reach, so what came back is right. Whether
                    # the test minds that its arguments were changed, a second run tells, which
                    # can only lose points: there the data follow.
                    self.link.following = True
                    printed.truncate(printed.seek(0))
                    self.bind(names, found)
                    again = self.execute(source, f"<{name}>")
                    points = min(
                        (p for p in (points, again) if p is not None), default=None
                    )
            except StudentStopped as stopped:
                said = UNFINISHED if hidden else str(stopped)
                error = {"ename": "Stopped", "evalue": said, "lines": [said]}
                verdict = stopped.verdict
            except BaseException as raised:
                error = self.explain(raised, name, source, names, hidden)
                verdict = "memory" if isinstance(raised, MemoryError) else None
            finally:
                self.link.restore()
        if "matplotlib.pyplot" in sys.modules:
            sys.modules["matplotlib.pyplot"].close("all")
        text = "" if hidden else shown(printed.getvalue(), 10_000)
        return {"error": error, "printed": text, "points": points, "verdict": verdict}

    def bind(self, names: list[str], found: dict[str, Any]) -> None:
        for name in names:
            self.namespace.pop(name, None)
        self.namespace.update({name: found[name] for name in names if name in found})

    def execute(self, source: str, filename: str) -> float | None:
        """Run a cell; return its last line's value if it is a number, which nbgrader counts."""
        source = self.transform(source)
        linecache.cache[filename] = (
            len(source),
            None,
            source.splitlines(True),
            filename,
        )
        tree = ast.parse(source, filename)
        last = None
        if tree.body and isinstance(line := tree.body[-1], ast.Expr):
            last = ast.Expression(line.value)
            tree.body.pop()
        exec(compile(tree, filename, "exec"), self.namespace)
        if last is None:
            return None
        value = eval(compile(last, filename, "eval"), self.namespace)
        if type(value) in (int, float) or isinstance(value, (np.integer, np.floating)):
            # What is no number is no part of the points.
            return 0.0 if math.isnan(value) else max(0.0, float(value))
        return None

    def explain(
        self,
        raised: BaseException,
        name: str,
        source: str,
        names: list[str],
        hidden: bool,
    ) -> dict[str, Any]:
        """Say why a test failed; of a hidden test, nothing that would give it away."""
        kind, text = type(raised).__name__, shown(raised)
        if hidden:
            text = _without_the_students(raised, text)
        for cls in type(raised).__mro__:
            words = self.speaks.get(f"{cls.__module__}.{cls.__qualname__}")
            if words is not None:
                lines = [f"{words}: {text}"]
                return {"ename": cls.__name__, "evalue": text, "lines": lines}
        where = getattr(raised, "where", None)
        if where is not None and not hidden:  # raised by the student's code
            where = [w for w in where if w[0] in self.cells and 0 < w[1] < 10_000]
            lines = [f"{kind}: {text}"]
            for cell, line, code in where:
                place = shown(f"in your cell {cell}, line {line}", 200)
                lines.append(f"  {place}: {shown(code, 200)}")
            return {"ename": kind, "evalue": text, "lines": lines}
        if isinstance(raised, NameError) and raised.name in names:
            said = f"{raised.name} is not defined: did its cell run without an error?"
            return {"ename": "NameError", "evalue": said, "lines": [said]}
        if hidden:
            # The kind of an error, its text and its line are chosen by whoever raises it, and
            # could carry what the test has passed: what is said here is known beforehand.
            said = "A hidden test did not pass."
            if where is not None:
                asked = ", ".join(f"`{each}`" for each in sorted(names))
                said = f"A hidden test ran into an error in your code ({asked})."
            return {"ename": "HiddenTest", "evalue": said, "lines": [said]}
        lines = [f"{kind}: {text}"]
        for frame in traceback.extract_tb(raised.__traceback__):
            if frame.filename == f"<{name}>":
                lines.append(f"  line {frame.lineno} of this cell: {frame.line}")
        return {"ename": kind, "evalue": text, "lines": lines}
