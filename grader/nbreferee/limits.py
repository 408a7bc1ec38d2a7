"""What a submission may use."""

from __future__ import annotations

from dataclasses import dataclass

MB = 1 << 20


@dataclass(frozen=True)
class Limits:
    """What a submission may use.

    `cell_seconds` bounds each of the student's cells and each test cell, `total_seconds` the whole
    submission; both are wall-clock time. `memory_mb` is for all of its processes together,
    `disk_mb` for what it writes to `/tmp`, `file_mb` for one file; `output_kb` for what one cell
    prints, `shown_mb` the text and again the pictures that the whole notebook shows. A process that hangs or dies is started anew up to `restarts` times, so that an
    endless loop costs the tests that run into it and no others. Where the whole machine has less
    than `floor_mb` of memory left, the submission that holds most is ended.
    """

    cell_seconds: float = 120  # networks are trained in cells
    total_seconds: float = 600
    memory_mb: int = 4096
    disk_mb: int = 256
    file_mb: int = 64
    processes: int = 256
    output_kb: int = 512
    shown_mb: int = 8
    message_mb: int = 64
    restarts: int = 5
    threads: int = 1
    floor_mb: int = 256

    def as_bytes(self) -> dict[str, int]:
        """Return the limits that the kernel enforces, as `warm.py` takes them."""
        return {
            "memory": self.memory_mb * MB,
            "disk": self.disk_mb * MB,
            "file": self.file_mb * MB,
            "processes": self.processes,
            "output": self.output_kb * 1024,
            "message": self.message_mb * MB,
            "floor": self.floor_mb * MB,
        }
