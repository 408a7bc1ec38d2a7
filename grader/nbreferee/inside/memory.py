"""What memory a submission holds, and whether it is too much.

Where the worker gives a cgroup (`run/cgroup.py`), the kernel holds the limit: it counts each page,
and ends all of the submission's processes when they want one too many. Elsewhere the process that
watches them looks at what they hold, thirty times a second, and counts what it can see.
"""

from __future__ import annotations

import os
from contextlib import suppress
from glob import iglob
from itertools import islice
from pathlib import Path


class Held:
    """The memory of a cgroup, which the kernel keeps below its limit.

    Args:
        events: its file `memory.events`, open for reading.
        current: its file `memory.current`, open for reading.
    """

    def __init__(self, events: int, current: int) -> None:
        self.events, self.current = events, current

    def over(self) -> bool:
        """Whether the kernel has ended processes because there was no more."""
        words = os.pread(self.events, 4096, 0).split()
        return dict(zip(words[::2], words[1::2], strict=True))[b"oom_kill"] != b"0"

    def amount(self) -> int:
        """Return what the kernel holds for the processes, in bytes, locks included."""
        return int(os.pread(self.current, 64, 0)) + _locks()


class Watched:
    """The memory of all processes in this namespace, as far as one can see it.

    Args:
        limit: how many bytes are too many.
    """

    def __init__(self, limit: int) -> None:
        self.limit = limit

    def over(self) -> bool:
        """Whether the processes hold more than the limit."""
        return _taken(False) > self.limit and _taken(True) > self.limit

    def amount(self) -> int:
        """Return what the processes hold, in bytes, with what takes long to count."""
        return _taken(True) + _locks() + _watches()


# What the kernel may hold for a socket that is full, and for a place in a table of open files,
# which may be a pipe of two pages; their buffers cannot be made larger (`syscalls.py`).
_SOCKET, _PLACE = 256 << 10, 8 << 10
# Open files that a process has anyway, and that are not charged.
_FEW = 64


# What a lock on a part of a file takes, charged to nobody, and a file that epoll watches.
_LOCK, _WATCH = 256, 256
_MANY = 4 << 20


def _locks() -> int:
    """Return what locks on parts of files take, in bytes; of other namespaces none is shown."""
    with suppress(OSError), open("/proc/locks", "rb") as file:
        return _LOCK * sum(1 for _ in islice(file, _MANY))
    return 0


def _watches() -> int:
    """Return what `epoll` takes for all that the processes here watch, in bytes."""
    total = 0
    for path in iglob("/proc/[0-9]*/fd/*"):
        with suppress(OSError):
            if os.readlink(path) == "anon_inode:[eventpoll]":
                told = Path(path.replace("/fd/", "/fdinfo/")).read_bytes()
                total += _WATCH * told.count(b"tfd:")
    return total


def _held_by_kernel() -> int:
    """Return what the kernel may hold for the processes here, in bytes: no limit counts it."""
    total = 0
    with suppress(OSError, ValueError, IndexError):
        line = Path("/proc/self/net/sockstat").read_text().splitlines()[0]
        total += _SOCKET * int(line.split()[2])
    return total


def _taken(share: bool) -> int:
    """Return the memory of all processes here, page tables included, in bytes.

    What processes share is divided among them if `share`, which takes the kernel longer,
    and else counted once for each.
    """
    total = _held_by_kernel()
    for path in Path("/proc").iterdir():
        if path.name.isdigit() and path.name != "1":
            with suppress(OSError, ValueError, KeyError):
                status = sizes(path / "status")
                total += status.get("VmPTE", 0)
                total += _PLACE * (status["FDSize"] - _FEW)
                if share:
                    total += sizes(path / "smaps_rollup")["Pss"]
                else:
                    total += status["VmRSS"]
    return total


def sizes(path: Path) -> dict[str, int]:
    """Read the lines of a file in /proc that give a size, in bytes; `FDSize` is a number."""
    words = [line.split() for line in path.read_text().splitlines()]
    found = {w[0].rstrip(":"): int(w[1]) * 1024 for w in words if w[-1:] == ["kB"]}
    places = next((int(w[1]) for w in words if w[:1] == ["FDSize:"]), _FEW)
    return found | {"FDSize": max(places, _FEW)}
