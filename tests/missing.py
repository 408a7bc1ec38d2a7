"""Programs that a test needs and this machine lacks: the test is skipped by name.

With CI=true in the environment nothing may be missing, and such a test fails.
"""

import functools
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tools.notebooks import ROOT

SENTENCE = "is missing here"


@functools.cache
def listed() -> dict[str, tuple[list[str], str]]:
    """Read tools/system-packages.txt: for each package what shows it, and what needs it."""
    lines = (ROOT / "tools" / "system-packages.txt").read_text("utf-8").splitlines()
    rows = [line.split("|") for line in lines if not line.startswith("#")]
    return {row[1].split()[0]: (row[2].split(), row[4].strip()) for row in rows}


def find(package: str) -> str | None:
    """Return the path of a package's program (or file), or None where it is missing."""
    for sign in listed()[package][0]:
        if not sign.startswith("/"):
            found = shutil.which(sign)
        else:
            found = max(map(str, Path("/").glob(sign[1:])), default=None)
        if found:
            return found
    return None


def need(package: str) -> str:
    """Return the path of a package's program; without it, skip the test or fail it."""
    found = find(package)
    if found is None:
        do_without(package)
    return found


def need_sandbox() -> None:
    """Skip the test, or fail it, where bubblewrap is not here or may not make namespaces."""
    if not sandbox():
        do_without("bubblewrap")


def need_browser() -> str:
    """Return the path of Chromium, if what Playwright needs beside it is here as well."""
    program = need("chromium")
    need("libatomic1")
    return program


def do_without(package: str) -> None:
    """Skip the test, or fail it where nothing may be missing."""
    tell = pytest.fail if in_ci() else pytest.skip
    tell(reason(package))


def reason(package: str) -> str:
    """Say what is missing, and what it is good for."""
    return f"{package} {SENTENCE}: {listed()[package][1]}"


def in_ci() -> bool:
    """Say whether this is a run that decides whether a change lands."""
    return os.environ.get("CI", "").lower() in ("true", "1")


@functools.cache
def sandbox() -> bool:
    """Say whether bubblewrap is here and may make namespaces."""
    program = find("bubblewrap")
    command = [
        program,
        "--unshare-user",
        "--unshare-pid",
        "--ro-bind",
        "/",
        "/",
        "true",
    ]
    return bool(program) and not subprocess.run(command, capture_output=True).returncode
