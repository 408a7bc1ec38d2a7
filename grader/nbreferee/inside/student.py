"""The student's process: it runs the cells of one submission and answers the referee's calls.

Everything from here on is in the hands of whoever wrote the notebook: the code below can be
patched by a cell, and its answers can be lies. Nothing depends on its honesty. It holds no test,
no expected value and no score; a lie about a value is the same as a wrong answer.
"""

from __future__ import annotations

import builtins
import io
import linecache
import os
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from nbreferee import wire
from nbreferee.inside.shell import (
    PRINTED,
    Outputs,
    Shell,
    Stream,
    message_of,
    type_name,
)
from nbreferee.inside.start import fresh_randomness, write_files


def prepare() -> None:
    """Make the shell in the warm process, so that each fork has it at once."""
    shell = Shell.instance()
    shell.outputs = Outputs(1 << 16)
    shell.run_cell(
        "pass", store_history=False
    )  # the first cell is slower than the next
    if "matplotlib.pyplot" in sys.modules:
        shell.enable_matplotlib("inline")
        # The first figure is slow: it looks for fonts and loads what it draws with.
        pyplot = sys.modules["matplotlib.pyplot"]
        pyplot.figure().add_subplot().set_title("$x$")
        pyplot.gcf().savefig(io.BytesIO(), bbox_inches="tight")
        pyplot.close("all")


def main(sock: socket.socket, limits: dict[str, int]) -> None:
    """Answer requests until the worker hangs up."""
    fresh_randomness()
    _Student(sock, limits).serve()


class _Student:
    def __init__(self, sock: socket.socket, limits: dict[str, int]) -> None:
        self.sock = sock
        self.bounds = wire.Bounds(total=limits["message"])
        self.shell = Shell.instance()
        self.shell.outputs = self.outputs = Outputs(limits["output"])
        sys.stdout, sys.stderr = (
            Stream("stdout", self.outputs),
            Stream("stderr", self.outputs),
        )
        sys.path.insert(0, "")
        self.objects: list[Any] = []

    def serve(self) -> None:
        while True:
            try:
                _, request = wire.receive(self.sock)
            except wire.Closed:
                return
            try:
                request = wire.unpack(
                    request, lambda body: self.objects[body["id"]], self.bounds
                )
                answer = getattr(self, f"on_{request.pop('op')}")(**request)
            except BaseException as error:
                answer = {"raised": self.describe(error)}
            answer["printed"] = "" if "outputs" in answer else self.printed()
            wire.send(self.sock, b"a", self.pack(answer))

    def pack(self, answer: dict[str, Any]) -> bytes:
        try:
            return wire.pack(answer, self.handle, self.bounds)
        except MemoryError:  # not even an answer fits: a new process is needed
            os._exit(wire.MEMORY)
        except Exception as error:
            # What came back cannot cross: too large, too deep, or broken.
            raised = {
                "type": "CannotReturn",
                "names": [],  # not an exception that a test could be waiting for
                "message": f"the result cannot be passed on: {message_of(error)}",
                "where": [],
            }
            return wire.pack({"raised": raised, "outputs": [], "printed": ""})

    def handle(self, value: Any) -> dict[str, Any]:
        self.objects.append(value)
        name = getattr(value, "__name__", None)
        return {
            "id": len(self.objects) - 1,
            "type": type_name(type(value)),
            "name": name[:80] if isinstance(name, str) else None,
        }

    # What can be asked for. The names after `on_` are the requests.

    def on_start(self, files: dict[str, bytes]) -> dict[str, Any]:
        write_files(files)
        return {}

    def on_modules(self) -> dict[str, Any]:
        return {"value": list(sys.modules)}

    def on_cell(self, source: str, name: str) -> dict[str, Any]:
        self.shell.compile.cell = name
        self.outputs.take()
        result = self.shell.run_cell(source, store_history=True)
        error = result.error_before_exec or result.error_in_exec
        return {
            "outputs": self.outputs.take(),
            "raised": None if error is None else self.describe(error),
        }

    def on_names(self, names: list[str]) -> dict[str, Any]:
        namespace = self.shell.user_ns
        return {"value": {name: namespace[name] for name in names if name in namespace}}

    def on_call(
        self, target: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> dict[str, Any]:
        given = [*args, *kwargs.values()]
        before = [self.fingerprint(value) for value in given]
        value = target(*args, **kwargs)
        changed = [
            (place, value)
            for place, value in enumerate(given)
            if self.fingerprint(value) != before[place]
        ]
        return {"value": value, "changed": changed}

    def fingerprint(self, value: Any) -> bytes | None:
        """Return the bytes of an argument that a function can change in place."""
        with suppress(wire.WireError):
            return wire.pack(value, lambda part: {"id": id(part)}, self.bounds)
        return None

    def on_get(self, target: Any, name: str) -> dict[str, Any]:
        return {"value": getattr(target, name)}

    def on_set(self, target: Any, name: str, value: Any) -> dict[str, Any]:
        setattr(target, name, value)
        return {"value": None}

    def on_item(self, target: Any, key: Any) -> dict[str, Any]:
        return {"value": target[key]}

    def on_length(self, target: Any) -> dict[str, Any]:
        return {"value": len(target)}

    def on_iterate(self, target: Any) -> dict[str, Any]:
        iterator = iter(target)
        return {"value": (lambda: next(iterator))}

    def on_next(self, target: Callable[[], Any]) -> dict[str, Any]:
        try:
            return {"value": (target(),)}
        except StopIteration:
            return {"value": ()}

    def printed(self) -> str:
        texts = [
            item["text"]
            for item in self.outputs.take()
            if item["output_type"] == "stream"
        ]
        return "".join(texts)[:PRINTED]

    def describe(self, error: BaseException) -> dict[str, Any]:
        """Return an exception as plain values: the names of its built-in types, and where it is."""
        where = []
        trace = error.__traceback__
        cells = self.shell.compile.cells
        while trace is not None:
            code = trace.tb_frame.f_code
            if code.co_filename in cells:
                line = linecache.getline(code.co_filename, trace.tb_lineno).strip()
                where.append([cells[code.co_filename], trace.tb_lineno, line[:200]])
            trace = trace.tb_next
        names = [
            cls.__name__
            for cls in type(error).__mro__
            if getattr(builtins, cls.__name__, None) is cls
        ]
        return {
            "type": type_name(type(error)),
            "names": names,
            "message": message_of(error),
            "where": where[-5:],
        }
