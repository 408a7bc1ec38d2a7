"""What the sandbox shows of a course, and which exceptions speak to its learners.

A course says so in its `nbgrader_config.py`, for example

    c.Referee.packages = ["convbook"]
    c.Referee.data = {"CONVBOOK_DATA": "convbook"}
    c.Referee.environment = {"CONVBOOK_OFFLINE": "1"}
    c.Referee.speaks = {"convbook.check.NotYet": "Not yet"}
"""

from __future__ import annotations

from dataclasses import dataclass

from traitlets import Dict, List, Unicode
from traitlets.config import Config, Configurable


@dataclass(frozen=True)
class Setting:
    """What a course sets, as plain values that travel to a worker.

    The members are those of `Referee`; a dict is a tuple of pairs.
    """

    packages: tuple[str, ...] = ()
    data: tuple[tuple[str, str], ...] = ()
    environment: tuple[tuple[str, str], ...] = ()
    speaks: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, config: Config) -> Setting:
        """Read a course's configuration."""
        found = Referee(config=config)
        dicts = (found.data, found.environment, found.speaks)
        return cls(tuple(found.packages), *(tuple(d.items()) for d in dicts))


class Referee(Configurable):
    """What nbreferee must know of a course; set in its `nbgrader_config.py`."""

    packages = List(
        Unicode(),
        help="Packages that students' cells and tests import and that no index has: shown in "
        "the sandbox, read-only, as they are installed on the worker.",
    ).tag(config=True)
    data = Dict(
        key_trait=Unicode(),
        value_trait=Unicode(),
        help="Data sets that students may read: for each environment variable that names a "
        "folder, the folder of the user's cache that is meant where it is not set.",
    ).tag(config=True)
    environment = Dict(
        key_trait=Unicode(),
        value_trait=Unicode(),
        help="Further environment variables in the sandbox.",
    ).tag(config=True)
    speaks = Dict(
        key_trait=Unicode(),
        value_trait=Unicode(),
        help="Exceptions whose messages are written for learners: of these a student reads "
        "the message alone, after the words given here, with no traceback.",
    ).tag(config=True)
