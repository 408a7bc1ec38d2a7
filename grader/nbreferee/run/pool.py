"""Warm processes, kept between submissions, and what each kind of them has learned to load."""

from __future__ import annotations

import atexit
from collections.abc import Iterable
from dataclasses import dataclass

from nbreferee.limits import Limits
from nbreferee.run.sandbox import Sandbox
from nbreferee.setting import Setting


@dataclass(frozen=True)
class Kind:
    """What tells one warm process from another."""

    modules: tuple[str, ...]
    threads: int
    setting: Setting


_sandboxes: dict[Kind, Sandbox] = {}
# Assignments in a row usually import the same; two warm processes with TensorFlow are plenty.
_KEPT = 2
# For each kind of warm process, what the instructors' notebooks have loaded in a rehearsal.
_learned: dict[Kind, dict[bytes, list[str]]] = {}


def sandbox_for(kind: Kind) -> Sandbox:
    """Return the warm process of this kind; start it if there is none."""
    sandbox = _sandboxes.pop(kind, None)
    if sandbox is None or not sandbox.alive:
        if sandbox is not None:
            sandbox.close()
        while len(_sandboxes) >= _KEPT:
            _sandboxes.pop(next(iter(_sandboxes))).close()
        limits = Limits(threads=kind.threads)
        sandbox = Sandbox(kind.modules, limits, kind.setting)
        # Thousands, with TensorFlow: too many for a command line.
        known = _learned.get(kind, {}).values()
        sandbox.load(sorted({name for names in known for name in names}))
    _sandboxes[kind] = sandbox
    return sandbox


def has_learned(kind: Kind, notebook: bytes) -> bool:
    """Say whether it is known what a notebook, told by its digest, loads."""
    return notebook in _learned.get(kind, {})


def learn(kind: Kind, notebook: bytes, modules: Iterable[str]) -> None:
    """Keep what a notebook has loaded: new processes of this kind load it too."""
    _learned.setdefault(kind, {})[notebook] = sorted(modules)


@atexit.register
def close_sandboxes() -> None:
    """End all warm processes."""
    while _sandboxes:
        _sandboxes.popitem()[1].close()
