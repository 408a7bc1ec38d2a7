"""Attacks on the grader: `attacks/` has one a file.

An attack begins with what it does and how it must end:

    honest: the points that its answers are worth; it gets them, and no more
    verdict: one of these verdicts
    with: right answers that it also holds (see `tiny.RIGHT`); all others are the stubs
    absent: what must not be found in what comes out of it (a regular expression)
    largest: how many characters the graded notebook may have

Then come cells in the place of the answer of that name (`# %% scale`), before the cell of that
name (`# %% + average`), or code that changes `notebook` or sets `submitted` (`# %% notebook`).
"""

import json
import re
from dataclasses import dataclass, field, replace
from pathlib import Path

import nbformat
import pytest

from nbreferee.run.verdicts import OK
from tests.nbreferee import tiny

LIMITS = replace(tiny.LIMITS, cell_seconds=5, shown_mb=4)
ATTACKS = sorted((Path(__file__).parent / "attacks").glob("*.py"))
_SECTION = re.compile(r"^# %% (.+)\n", re.MULTILINE)


@dataclass
class Attack:
    says: str
    honest: float
    verdicts: list[str]
    right: list[str] = field(default_factory=list)
    absent: str = ""
    largest: float = float("inf")
    cells: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, path):
        head, *sections = _SECTION.split(path.read_text("utf-8"))
        facts = dict(
            re.findall(
                r"^(honest|verdict|with|absent|largest): (.+)$", head, re.MULTILINE
            )
        )
        return cls(
            head.strip('" \n').split("\n")[0],
            float(facts["honest"]),
            facts["verdict"].split(", "),
            facts["with"].split(", ") if "with" in facts else [],
            facts.get("absent", ""),
            float(facts.get("largest", "inf")),
            dict(zip(sections[::2], sections[1::2], strict=True)),
        )

    def submission(self):
        """Return the bytes that are handed in."""
        cells = {name: tiny.RIGHT[name] for name in self.right}
        cells |= {name: code for name, code in self.cells.items() if name != "notebook"}
        space = {"notebook": tiny.notebook(cells)}
        exec(self.cells.get("notebook", ""), space)
        return space.get("submitted") or json.dumps(space["notebook"]).encode()


def shown(graded):
    """What students and instructors get to see of a submission, tests' sources left out."""
    cells = graded.notebook.cells
    outputs = [cell.outputs for cell in cells if cell.cell_type == "code"]
    return f"{outputs} {graded.cells} {graded.notes}"


@pytest.mark.parametrize("path", ATTACKS, ids=lambda path: path.stem)
def test_an_attack_gains_nothing_and_harms_nobody(path):
    attack = Attack.read(path)
    graded = tiny.graded(attack.submission(), LIMITS)
    scores = tiny.scores(graded)
    assert set(scores) == {*tiny.TESTS, "words"}, "not every graded cell is recorded"
    assert tiny.score(graded) == attack.honest
    assert graded.verdict in attack.verdicts
    nbformat.validate(graded.notebook)
    if attack.absent:
        assert not re.search(attack.absent, shown(graded)), "something has leaked"
    assert len(nbformat.writes(graded.notebook)) < attack.largest
    marks = [c.metadata.get("nbgrader", {}) for c in graded.notebook.cells]
    points = {m.grade_id: m.points for m in marks if m.get("grade") and not m.solution}
    assert points == {name: worth for name, (worth, _) in tiny.TESTS.items()}
    # A neighbour, graded next by the same warm process.
    neighbour = tiny.graded(tiny.notebook(tiny.RIGHT))
    assert tiny.score(neighbour) == tiny.TOTAL
    assert neighbour.verdict == OK
