"""What runs on a Dask worker, here or elsewhere: nothing but `grade_bytes`."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Mapping
from typing import Any

from nbreferee.limits import Limits
from nbreferee.setting import Setting

_one_at_a_time = threading.Lock()


def dask_setup(worker: Any) -> None:
    """Prepare a worker of this machine; Dask calls it, for it is preloaded.

    Ctrl-C is for the run, which ends its workers. The package rfc3987_syntax, where it is
    installed, would take nbformat's import 3 s for a grammar of web addresses.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]


def work(
    source: bytes,
    released: bytes,
    files: Mapping[str, bytes],
    data: bytes,
    limits: Limits | None = None,
    setting: Setting | None = None,
) -> bytes:
    """Grade one submission on a worker; see `grade_bytes`.

    A worker with several threads takes turns: a process has one warm sandbox.
    """
    from nbreferee.run.grade import grade_bytes

    with _one_at_a_time:
        return grade_bytes(source, released, files, data, limits, setting)
