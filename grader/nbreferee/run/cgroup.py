"""Cgroups: where the system lets us make them, the kernel itself holds a submission's memory.

A cgroup of version 2 with a `memory.max` counts all that the kernel holds for its processes,
sockets, pipes, locks and files in `/tmp` included, at each page and not thirty times a second.
To make one takes a cgroup that is ours to divide. There are two ways to it, tried in this order:

1. **systemd** makes a scope for each warm process and delegates it: `systemd-run --user --scope
   --property=Delegate=yes`, without `--user` for root. It clears the scope away when its last
   process is gone, whatever has ended it.
2. **The cgroup that we are in already**, if it is ours to write: a container's own, a service's
   with `Delegate=yes`, a batch system's.

Elsewhere (version 1, a session without systemd, a container that may only read its cgroups) the
memory is looked at (`inside/memory.py`). Which of the two is in force, and why, `way` tells.

Sources: Linux, Documentation/admin-guide/cgroup-v2.rst, "Delegation" and "No Internal Process
Constraint"; systemd, "Control Group APIs and Delegation".
"""

from __future__ import annotations

import errno
import os
import select
import subprocess
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

# Where everything goes that was in a cgroup before it was divided.
_REST = "nbreferee"
_SCOPE = ("--scope", "--quiet", "--collect", "--property=Delegate=yes", "--")


class NoCgroup(Exception):
    """No cgroup can be made here; the message says why, as a part of a sentence."""


@dataclass(frozen=True)
class Way:
    """How a process gets into a cgroup that is ours to divide.

    Attributes:
        words: what stands before its command; None if there is no way.
        environment: the variables that these words need.
        reason: if there is no way, why.
    """

    words: tuple[str, ...] | None
    environment: Mapping[str, str]
    reason: str = ""


@cache
def way() -> Way:
    """Find out, by trying, whether and how submissions get cgroups of their own."""
    reasons = []
    for each in (_systemd(), Way((), {})):
        try:
            _try(each)
            return each
        except NoCgroup as no:
            reasons.append(str(no))
    return Way(None, {}, "; ".join(reasons))


def _systemd() -> Way:
    """Say how systemd is asked for a scope."""
    user = ("--user",) if os.geteuid() else ()
    here = Path(f"/run/user/{os.geteuid()}")
    found = {"XDG_RUNTIME_DIR": str(here)} if (here / "bus").exists() else {}
    names = ("XDG_RUNTIME_DIR", "DBUS_SESSION_BUS_ADDRESS")
    found |= {name: os.environ[name] for name in names if name in os.environ}
    return Way(
        ("systemd-run", *user, *_SCOPE),
        {"PATH": os.environ.get("PATH", os.defpath)} | found,
    )


def _try(way: Way) -> None:
    """Start a process this way and move it into a cgroup.

    Raises:
        NoCgroup: if that does not work.
    """
    pipe = subprocess.PIPE
    command = [*(way.words or ()), "cat"]
    try:  # without buffers: what cannot be written is not tried again
        cat = subprocess.Popen(
            command, 0, stdin=pipe, stdout=pipe, stderr=pipe, env=way.environment
        )
    except OSError as error:
        raise NoCgroup(f"{command[0]}: {error.strerror}") from None
    with cat:
        assert cat.stdin and cat.stdout and cat.stderr
        try:
            with suppress(OSError):  # it has ended: said below
                cat.stdin.write(b"\n")
            if not select.select([cat.stdout], [], [], 10)[0]:
                raise NoCgroup(f"{command[0]} does not answer")
            if not cat.stdout.read(1):
                said = cat.stderr.readline().decode("utf-8", "replace").strip()
                raise NoCgroup(f"{command[0]} says: {said.rstrip('.')}")
            room = Folder(cat.pid).make(1 << 30)
            try:
                room.enter(cat.pid)
            finally:
                cat.kill()
                cat.wait()
                room.remove()
        except OSError as error:
            raise NoCgroup(f"cgroups: {error.strerror}") from None
        finally:
            cat.kill()


class Folder:
    """A cgroup that is ours to divide: the one that a process is in.

    The kernel divides memory only among cgroups below one that holds no process itself, so what
    is in it moves into one below.

    Args:
        pid: the process.

    Raises:
        NoCgroup: if the cgroup is not ours, or has no memory to divide.
    """

    def __init__(self, pid: int) -> None:
        self.path = _of(pid)
        if self.path.name == _REST:  # somebody has divided it already
            self.path = self.path.parent
        self.count = 0
        try:
            if "memory" not in (self.path / "cgroup.controllers").read_text().split():
                raise NoCgroup(f"{self.path} does not count memory")
            self._sweep()
            self._divide()
        except OSError as error:
            raise NoCgroup(f"{self.path}: {error.strerror}") from None

    def _divide(self) -> None:
        rest = self.path / _REST
        for _ in range(50):
            try:
                (self.path / "cgroup.subtree_control").write_text("+memory")
                return
            except OSError as error:
                if error.errno != errno.EBUSY:
                    raise
            rest.mkdir(exist_ok=True)
            for pid in (self.path / "cgroup.procs").read_text().split():
                with suppress(ProcessLookupError):
                    (rest / "cgroup.procs").write_text(pid)
        raise NoCgroup(f"{self.path} is never without a process")

    def _sweep(self) -> None:
        """Take away what a worker has left here that was killed."""
        for path in self.path.glob(f"{_REST}-*-*"):
            if not Path("/proc", path.name.split("-")[1]).exists():
                with suppress(OSError):
                    path.rmdir()

    def make(self, memory: int) -> Cgroup:
        """Make a cgroup for one submission that holds `memory` bytes at most.

        Raises:
            NoCgroup: if that is not possible.
        """
        self.count += 1
        path = self.path / f"{_REST}-{os.getpid()}-{id(self):x}.{self.count}"
        try:
            path.mkdir()
            return Cgroup(path, memory)
        except OSError as error:
            raise NoCgroup(f"{path}: {error.strerror}") from None


class Cgroup:
    """A cgroup for one submission: who takes more memory is ended, with all beside it.

    Args:
        path: where it is.
        memory: how many bytes it holds at most.
    """

    def __init__(self, path: Path, memory: int) -> None:
        self.path = path
        (path / "memory.max").write_text(str(memory))
        (path / "memory.oom.group").write_text("1")
        with suppress(FileNotFoundError):  # a kernel that does not count swap
            (path / "memory.swap.max").write_text("0")

    def open(self) -> list[int]:
        """Open what the warm process needs of it: a way in, its events, what it holds."""
        ways = {
            "cgroup.procs": os.O_WRONLY,
            "memory.events": os.O_RDONLY,
            "memory.current": os.O_RDONLY,
        }
        return [
            os.open(self.path / name, flag | os.O_CLOEXEC)
            for name, flag in ways.items()
        ]

    def enter(self, pid: int) -> None:
        """Move a process into it."""
        (self.path / "cgroup.procs").write_text(str(pid))

    def remove(self) -> None:
        """Take it away, as soon as its processes are gone."""
        for _ in range(50):
            try:
                self.path.rmdir()
                return
            except FileNotFoundError:
                return
            except OSError:
                time.sleep(0.02)


def _of(pid: int) -> Path:
    """Return the folder of the cgroup that a process is in.

    Raises:
        NoCgroup: if there is none of version 2.
    """
    lines = Path(f"/proc/{pid}/cgroup").read_text().splitlines()
    inside = next((line[3:] for line in lines if line.startswith("0::")), None)
    for line in Path("/proc/self/mountinfo").read_text().splitlines():
        words = line.split()
        kind = words[words.index("-") + 1]
        if inside and kind == "cgroup2" and Path(inside).is_relative_to(words[3]):
            return Path(words[4]) / Path(inside).relative_to(words[3])
    raise NoCgroup("this system has no cgroups of version 2")
