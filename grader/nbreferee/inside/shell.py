"""IPython's shell without a terminal and without a kernel, and the outputs of its cells."""

from __future__ import annotations

import base64
import os
from typing import Any

from IPython.core.compilerop import CachingCompiler
from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from traitlets import Type

from nbreferee import wire

# How much of a message, a printed text or a traceback is passed on, in characters.
MESSAGE, PRINTED = 2000, 4000


class _Publisher(DisplayPublisher):
    def publish(
        self,
        data: dict[str, Any],
        metadata: dict[str, Any] | None = None,
        source: Any = None,
        **_: Any,
    ) -> None:
        self.shell.outputs.display("display_data", data, metadata or {})

    def clear_output(self, wait: bool = False) -> None:
        self.shell.outputs.items.clear()


class _Displayhook(DisplayHook):
    shell: Shell

    def write_output_prompt(self) -> None:
        pass

    def write_format_data(
        self, format_dict: dict[str, Any], md_dict: dict[str, Any] | None = None
    ) -> None:
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
    compile: _Compiler
    outputs: Outputs

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
        self.outputs.error(
            type_name(etype), message_of(evalue), [str(line) for line in stb]
        )


class Outputs:
    """What a cell shows, in the notebook's format, up to a size."""

    def __init__(self, limit: int) -> None:
        self.limit, self.written, self.shown = limit, 0, 0
        self.items: list[dict[str, Any]] = []

    def stream(self, name: str, text: str) -> None:
        kept = text[: max(0, self.limit - self.written)]
        self.written += len(text)
        if self.written > 16 * self.limit:
            os._exit(wire.OUTPUT)
        if kept:
            last = self.items[-1] if self.items else {}
            if last.get("output_type") == "stream" and last["name"] == name:
                last["text"].append(kept)
            else:
                self.items.append(
                    {"output_type": "stream", "name": name, "text": [kept]}
                )

    def display(
        self, kind: str, data: dict[str, Any], metadata: dict[str, Any]
    ) -> None:
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

    def take(self) -> list[dict[str, Any]]:
        """Return the outputs and forget them."""
        items, self.items = self.items, []
        self.written = self.shown = 0
        for item in items:
            if item["output_type"] == "stream":
                item["text"] = "".join(item["text"])
        return items


class Stream:
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


def type_name(cls: type) -> str:
    return type.__dict__["__name__"].__get__(cls)[:80]


def message_of(error: BaseException) -> str:
    try:
        return str(str(error))[:MESSAGE]
    except Exception:
        return ""
