"""The student's process: it runs the cells of one submission and answers the referee's calls.

Everything from here on is in the hands of whoever wrote the notebook: the code below can be
patched by a cell, and its answers can be lies. Nothing depends on its honesty. It holds no test,
no expected value and no score; a lie about a value is the same as a wrong answer.
"""

from __future__ import annotations

import base64
import builtins
import io
import linecache
import os
import random
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from IPython.core.compilerop import CachingCompiler
from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from traitlets import Type

from convbook.grading import warm, wire

# How much of a message, a printed text or a traceback is passed on, in characters.
MESSAGE, PRINTED = 2000, 4000


class _Publisher(DisplayPublisher):
    def publish(self, data: dict, metadata: dict | None = None, **_: Any) -> None:
        self.shell.outputs.display("display_data", data, metadata or {})

    def clear_output(self, wait: bool = False) -> None:
        self.shell.outputs.items.clear()


class _Displayhook(DisplayHook):
    def write_output_prompt(self) -> None:
        pass

    def write_format_data(self, format_dict: dict, md_dict: dict | None = None) -> None:
        self.shell.outputs.display("execute_result", format_dict, md_dict or {})


class _Compiler(CachingCompiler):
    """Remembers which cell a compiled piece of code came from."""

    def __init__(self) -> None:
        super().__init__()
        self.cell = ""
        self.cells: dict[str, str] = {}

    def get_code_name(self, raw_code: str, transformed_code: str, number: int) -> str:
        name = super().get_code_name(raw_code, transformed_code, number)
        self.cells[name] = self.cell
        return name


class Shell(InteractiveShell):
    """IPython without a terminal and without a kernel: outputs go into a list."""

    display_pub_class = Type(_Publisher)
    displayhook_class = Type(_Displayhook)
    compiler_class = Type(_Compiler)

    def init_history(self) -> None:
        self.config.HistoryManager.enabled = False
        super().init_history()

    def enable_gui(self, gui: str | None = None) -> None:
        """Accept `%matplotlib` and `%gui`: there is no window to open."""

    def ask_exit(self) -> None:
        """Accept `exit` in a cell."""

    def _showtraceback(
        self, etype: type, evalue: BaseException, stb: list[str]
    ) -> None:
        self.outputs.error(_name(etype), _text(evalue), [str(line) for line in stb])


class Outputs:
    """What a cell shows, in the notebook's format, up to a size."""

    def __init__(self, limit: int) -> None:
        self.limit, self.written, self.shown = limit, 0, 0
        self.items: list[dict] = []

    def stream(self, name: str, text: str) -> None:
        kept = text[: max(0, self.limit - self.written)]
        self.written += len(text)
        if self.written > 16 * self.limit:
            os._exit(warm.OUTPUT)
        if kept:
            last = self.items[-1] if self.items else {}
            if last.get("output_type") == "stream" and last["name"] == name:
                last["text"].append(kept)
            else:
                self.items.append(
                    {"output_type": "stream", "name": name, "text": [kept]}
                )

    def display(self, kind: str, data: dict, metadata: dict) -> None:
        plain = {}
        for mime, content in data.items():
            if isinstance(content, bytes):
                content = base64.b64encode(content).decode()
            if (
                isinstance(content, str)
                and len(content) + self.shown <= 16 * self.limit
            ):
                self.shown += len(content)
                plain[mime] = content
        self.items.append({"output_type": kind, "data": plain})

    def error(self, name: str, value: str, traceback: list[str]) -> None:
        cut = [line[:MESSAGE] for line in traceback[-40:]]
        self.items.append(
            {"output_type": "error", "ename": name, "evalue": value, "traceback": cut}
        )

    def take(self) -> list[dict]:
        """Return the outputs and forget them."""
        items, self.items = self.items, []
        self.written = self.shown = 0
        for item in items:
            if item["output_type"] == "stream":
                item["text"] = "".join(item["text"])
        return items


class _Stream:
    """Stands for `sys.stdout` and `sys.stderr`."""

    encoding, errors, closed = "utf-8", "replace", False

    def __init__(self, name: str, outputs: Outputs) -> None:
        self.name, self._outputs = f"<{name}>", outputs
        self._stream = name

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        self._outputs.stream(self._stream, text)
        return len(text)

    def writelines(self, lines: list[str]) -> None:
        for line in lines:
            self.write(line)

    def flush(self) -> None:
        pass

    def isatty(self) -> bool:
        return False

    def writable(self) -> bool:
        return True

    def readable(self) -> bool:
        return False

    def fileno(self) -> int:
        raise OSError("no file descriptor")


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


def main(sock: socket.socket, limits: dict) -> None:
    """Answer requests until the worker hangs up."""
    fresh_randomness()
    _Student(sock, limits).serve()


def fresh_randomness() -> None:
    """Seed the global generators anew: a fork has inherited the state of the warm process."""
    random.seed()
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed()
    if "torch" in sys.modules:
        sys.modules["torch"].manual_seed(int.from_bytes(os.urandom(8), "big"))


def write_files(files: dict[str, bytes]) -> None:
    """Write the files that the assignment ships into the current folder."""
    for name, content in files.items():
        path = Path(name)
        if path.is_absolute() or ".." in path.parts:
            raise ValueError(f"{name} does not lie in the assignment's folder")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


class _Student:
    def __init__(self, sock: socket.socket, limits: dict) -> None:
        self.sock = sock
        self.bounds = wire.Bounds(total=limits["message"])
        self.shell = Shell.instance()
        self.shell.outputs = self.outputs = Outputs(limits["output"])
        sys.stdout, sys.stderr = (
            _Stream("stdout", self.outputs),
            _Stream("stderr", self.outputs),
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

    def pack(self, answer: dict) -> bytes:
        try:
            return wire.pack(answer, self.handle, self.bounds)
        except MemoryError:  # not even an answer fits: a new process is needed
            os._exit(warm.MEMORY)
        except Exception as error:
            # What came back cannot cross: too large, too deep, or broken.
            raised = {
                "type": "CannotReturn",
                "names": [],  # not an exception that a test could be waiting for
                "message": f"the result cannot be passed on: {_text(error)}",
                "where": [],
            }
            return wire.pack({"raised": raised, "outputs": [], "printed": ""})

    def handle(self, value: Any) -> dict:
        self.objects.append(value)
        name = getattr(value, "__name__", None)
        return {
            "id": len(self.objects) - 1,
            "type": _name(type(value)),
            "name": name[:80] if isinstance(name, str) else None,
        }

    # What can be asked for. The names after `on_` are the requests.

    def on_start(self, files: dict[str, bytes]) -> dict:
        write_files(files)
        return {}

    def on_modules(self) -> dict:
        return {"value": list(sys.modules)}

    def on_cell(self, source: str, name: str) -> dict:
        self.shell.compile.cell = name
        self.outputs.take()
        result = self.shell.run_cell(source, store_history=True)
        error = result.error_before_exec or result.error_in_exec
        return {
            "outputs": self.outputs.take(),
            "raised": None if error is None else self.describe(error),
        }

    def on_names(self, names: list[str]) -> dict:
        namespace = self.shell.user_ns
        return {"value": {name: namespace[name] for name in names if name in namespace}}

    def on_call(self, target: Any, args: tuple, kwargs: dict) -> dict:
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

    def on_get(self, target: Any, name: str) -> dict:
        return {"value": getattr(target, name)}

    def on_set(self, target: Any, name: str, value: Any) -> dict:
        setattr(target, name, value)
        return {"value": None}

    def on_item(self, target: Any, key: Any) -> dict:
        return {"value": target[key]}

    def on_length(self, target: Any) -> dict:
        return {"value": len(target)}

    def on_iterate(self, target: Any) -> dict:
        iterator = iter(target)
        return {"value": (lambda: next(iterator))}

    def on_next(self, target: Callable) -> dict:
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

    def describe(self, error: BaseException) -> dict:
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
            "type": _name(type(error)),
            "names": names,
            "message": _text(error),
            "where": where[-5:],
        }


def _name(cls: type) -> str:
    return type.__dict__["__name__"].__get__(cls)[:80]


def _text(error: BaseException) -> str:
    try:
        return str(str(error))[:MESSAGE]
    except Exception:
        return ""
