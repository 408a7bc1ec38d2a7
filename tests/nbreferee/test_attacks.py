"""Attacks on the grader: `attacks/` has one a file.

An attack begins with what it does and how it must end:

    honest: the points that its answers are worth; it gets them, and no more
    verdict: one of these verdicts
    with: right answers that it also holds (see `toy.RIGHT`); all others are the stubs
    absent: what must not be found in what comes out of it (a regular expression)

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
from tests.nbreferee import toy

LIMITS = replace(toy.LIMITS, cell_seconds=5)
ATTACKS = sorted((Path(__file__).parent / "attacks").glob("*.py"))
_SECTION = re.compile(r"^# %% (.+)\n", re.MULTILINE)


@dataclass
class Attack:
    says: str
    honest: float
    verdicts: list[str]
    right: list[str] = field(default_factory=list)
    absent: str = ""
    cells: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, path):
        head, *sections = _SECTION.split(path.read_text("utf-8"))
        facts = dict(
            re.findall(r"^(honest|verdict|with|absent): (.+)$", head, re.MULTILINE)
        )
        return cls(
            head.strip('" \n').split("\n")[0],
            float(facts["honest"]),
            facts["verdict"].split(", "),
            facts["with"].split(", ") if "with" in facts else [],
            facts.get("absent", ""),
            dict(zip(sections[::2], sections[1::2], strict=True)),
        )

    def submission(self):
        """Return the bytes that are handed in."""
        cells = {name: toy.RIGHT[name] for name in self.right}
        cells |= {name: code for name, code in self.cells.items() if name != "notebook"}
        space = {"notebook": toy.notebook(cells)}
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
    graded = toy.hand_in(attack.submission(), LIMITS)
    scores = toy.scores(graded)
    assert set(scores) == {*toy.TESTS, "words"}, "not every graded cell is recorded"
    assert toy.score(graded) == attack.honest
    assert graded.verdict in attack.verdicts
    nbformat.validate(graded.notebook)
    if attack.absent:
        assert not re.search(attack.absent, shown(graded)), "something has leaked"
    marks = [c.metadata.get("nbgrader", {}) for c in graded.notebook.cells]
    points = {m.grade_id: m.points for m in marks if m.get("grade") and not m.solution}
    assert points == {name: worth for name, (worth, _) in toy.TESTS.items()}
    # A neighbour, graded next by the same warm process.
    neighbour = toy.hand_in(toy.notebook(toy.RIGHT))
    assert toy.score(neighbour) == toy.TOTAL
    assert neighbour.verdict == OK
