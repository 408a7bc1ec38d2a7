"""A backstop on the machine's free memory: where it runs out, whoever holds most is ended.

Limits hold a submission by itself, and count what can be counted. When many run side by side, or
the kernel holds for one of them what nobody counts, the machine can still run out of memory, and
the kernel then ends any process at all. So the processes that watch the submissions watch the
machine as well. As long as memory is scarce each writes what its submission holds into a file that
all of them share, and the one that holds most ends its submission; the others wait and look again.

The file is made outside of the sandbox and comes here open. Its first record says when a
submission was ended last; each watching process has one of the others, by a lock that the
kernel releases with the process. A student's process has the file never.
"""

from __future__ import annotations

import fcntl
import os
import struct
import time
from pathlib import Path

# Bytes that a submission holds, and when that was so, by the clock that all processes share.
_RECORD = struct.Struct("=QQ")
_PLACES = 1024
_SECOND = 1_000_000_000
# A record counts for a while; memory is scarce for a moment before anybody is ended, so that
# all have written; and after an end nobody else is, until the kernel has its memory back.
_GOOD, _MOMENT, _REST = _SECOND, _SECOND // 10, _SECOND
# To end who holds less would not help.
_LITTLE = 32 << 20


class Scarcity:
    """What one watching process knows of the others.

    Args:
        fd: the file that all of them share, open for reading and writing.
        floor: how many bytes the machine keeps free.
    """

    def __init__(self, fd: int, floor: int) -> None:
        self.fd, self.floor = fd, floor
        self.since: int | None = None
        self.place = 0

    def near(self) -> bool:
        """Whether memory is so scarce that submissions have to be compared."""
        near = available() < 2 * self.floor
        if not near:
            self.since = None
        return near

    def ends(self, held: int) -> bool:
        """Tell the others what this submission holds; say whether it has to end."""
        now = time.monotonic_ns()
        self.place = self.place or self._free_place()
        self._write(self.place, held, now)
        if available() >= self.floor:
            self.since = None
            return False
        self.since = self.since or now
        if now - self.since < _MOMENT or held < _LITTLE:
            return False
        data = os.pread(self.fd, _RECORD.size * (_PLACES + 1), 0)
        whole = len(data) // _RECORD.size * _RECORD.size
        (_, last), *others = _RECORD.iter_unpack(data[:whole])
        if now < last + _REST:
            return False
        holders = {
            place: amount
            for place, (amount, when) in enumerate(others, 1)
            if now < when + _GOOD
        }
        if max(holders, key=holders.__getitem__, default=0) != self.place:
            return False
        self._write(0, 0, now)
        self._write(self.place, 0, 0)
        return True

    def _free_place(self) -> int:
        for place in range(1, _PLACES):
            try:
                start = place * _RECORD.size
                fcntl.lockf(self.fd, fcntl.LOCK_EX | fcntl.LOCK_NB, _RECORD.size, start)
                return place
            except OSError:
                continue
        return _PLACES  # shared by whoever comes too late

    def _write(self, place: int, amount: int, when: int) -> None:
        os.pwrite(self.fd, _RECORD.pack(amount, when), place * _RECORD.size)


def available() -> int:
    """Return what the kernel can give without swapping, on the whole machine, in bytes."""
    for line in Path("/proc/meminfo").read_text().splitlines():
        if line.startswith("MemAvailable:"):
            return int(line.split()[1]) * 1024
    raise OSError("/proc/meminfo does not say what memory is free")
