"""Answers are found again whatever became of the notebook around them."""

import copy
import json

import nbformat
import pytest

from nbreferee.run.rebuild import (
    LARGEST,
    MOST_CELLS,
    Unreadable,
    _defines,
    defined_names,
    read,
    rebuild,
)
from nbreferee.run.verdicts import UNREADABLE
from tests.nbreferee import tiny
from tests.nbreferee.tiny import RIGHT, TOTAL


def answered():
    notebook = tiny.notebook(RIGHT)
    place(notebook, "words")["source"] = "Because I say so."
    return notebook


def place(notebook, name):
    return next(cell for cell in notebook["cells"] if cell.get("id") == name)


def rebuilt(notebook):
    data = notebook if isinstance(notebook, bytes) else json.dumps(notebook).encode()
    return rebuild(tiny.source(), tiny.released(), data)


def sources(result):
    return {part.name: part.cell.source.strip() for part in result.parts}


def assert_right(result):
    """Every answer is in its place, every test is the course's, nothing is there twice."""
    found = sources(result)
    for name, text in RIGHT.items():
        assert found[name] == text.strip(), name
    assert found["words"] == "Because I say so."
    tests = [part for part in result.parts if part.role == "test"]
    assert [part.name for part in tests] == list(tiny.TESTS)
    for part in tests:
        assert part.cell.source == tiny.TESTS[part.name][1].strip("\n")
        assert part.cell.metadata.nbgrader.points == tiny.TESTS[part.name][0]
        assert part.cell.metadata.nbgrader.locked
    ids = [part.cell.id for part in result.parts]
    assert len(ids) == len(set(ids))


def test_an_honest_submission_needs_no_notes():
    result = rebuilt(answered())
    assert_right(result)
    assert result.notes == []
    roles = "text given text code test test code text code test text code test"
    roles += " text code test text text"
    assert [p.role for p in result.parts] == roles.split()
    hidden = [part.name for part in result.parts if part.hidden]
    assert hidden == ["test-scale-hidden"]
    assert not any(part.unanswered for part in result.parts)


def test_an_untouched_notebook_is_unanswered():
    result = rebuilt(tiny.notebook())
    assert {p.name for p in result.parts if p.unanswered} == {*RIGHT, "words"}
    assert tiny.scores(tiny.graded(tiny.notebook()))["words"] == 0
    assert tiny.scores(tiny.graded(answered()))["words"] is None


def change(name):
    def register(function):
        CHANGES[name] = function
        return function

    return register


CHANGES = {}


@change("no metadata of cells, as some editors write it")
def _(nb):
    for cell in nb["cells"]:
        cell["metadata"] = {}


@change("no ids")
def _(nb):
    for cell in nb["cells"]:
        del cell["id"]


@change("ids moved into the metadata, as Colab does")
def _(nb):
    for cell in nb["cells"]:
        cell["metadata"] = {"id": cell.pop("id")}


@change("neither metadata nor ids")
def _(nb):
    for cell in nb["cells"]:
        cell["metadata"] = {}
        del cell["id"]


@change("no metadata at all, and every id is new")
def _(nb):
    for i, cell in enumerate(nb["cells"]):
        cell["metadata"], cell["id"] = {}, f"new-{i}"
    nb["metadata"] = {}


@change("metadata that is no dict")
def _(nb):
    nb["metadata"] = [1]
    for cell in nb["cells"]:
        cell["metadata"] = ["x"]


@change("nbgrader's metadata that is no dict, grade ids that are no text")
def _(nb):
    for i, cell in enumerate(nb["cells"]):
        cell["metadata"]["nbgrader"] = [3, {"grade_id": ["x"]}, {"grade_id": None}][
            i % 3
        ]


@change("reversed")
def _(nb):
    nb["cells"].reverse()


@change("tests deleted")
def _(nb):
    nb["cells"] = [c for c in nb["cells"] if not c["id"].startswith("test-")]


@change("tests emptied")
def _(nb):
    for cell in nb["cells"]:
        if cell["id"].startswith("test-"):
            cell["source"] = ""


@change("tests rewritten")
def _(nb):
    for cell in nb["cells"]:
        if cell["id"].startswith("test-"):
            cell["source"] = "print('all is well')"


@change("tests tagged to be skipped")
def _(nb):
    for cell in nb["cells"]:
        cell["metadata"]["tags"] = ["skip-execution", "nbgrader-skip", "remove-cell"]


@change("tests turned into text")
def _(nb):
    for cell in nb["cells"]:
        if cell["id"].startswith("test-"):
            cell["cell_type"] = "markdown"


@change("answers turned into text and back")
def _(nb):
    place(nb, "scale")["cell_type"] = "markdown"
    place(nb, "average")["cell_type"] = "raw"
    place(nb, "words")["cell_type"] = "code"


@change("points raised and cells unlocked")
def _(nb):
    for cell in nb["cells"]:
        if "nbgrader" in cell["metadata"]:
            cell["metadata"]["nbgrader"] |= {
                "points": 1000,
                "locked": False,
                "solution": True,
                "grade": False,
                "checksum": "0",
            }


@change("schema versions that do not exist")
def _(nb):
    for i, cell in enumerate(nb["cells"]):
        if "nbgrader" in cell["metadata"]:
            cell["metadata"]["nbgrader"]["schema_version"] = [99, -1, "x", None][i % 4]


@change("every cell twice")
def _(nb):
    nb["cells"] = [copy.deepcopy(c) for cell in nb["cells"] for c in (cell, cell)]


@change("an untouched copy of each answer further down")
def _(nb):
    stubs = [c for c in tiny.notebook()["cells"] if c["id"] in RIGHT]
    nb["cells"] += stubs


@change("marks of answers swapped")
def _(nb):
    one, other = place(nb, "scale"), place(nb, "average")
    one["metadata"], other["metadata"] = other["metadata"], one["metadata"]


@change("all marks point to the same cell")
def _(nb):
    for cell in nb["cells"]:
        if "nbgrader" in cell["metadata"]:
            cell["metadata"]["nbgrader"]["grade_id"] = "scale"


@change("marks that point nowhere")
def _(nb):
    for cell in nb["cells"]:
        if "nbgrader" in cell["metadata"]:
            cell["metadata"]["nbgrader"]["grade_id"] += "-x"


@change("tests marked as answers")
def _(nb):
    for name, test in [("scale", "test-scale-example"), ("average", "test-average")]:
        one, other = place(nb, name), place(nb, test)
        one["metadata"], other["metadata"] = other["metadata"], one["metadata"]


@change("sources as lists")
def _(nb):
    for cell in nb["cells"]:
        cell["source"] = cell["source"].splitlines(keepends=True)


@change("sources as lists without line ends")
def _(nb):
    for cell in nb["cells"]:
        cell["source"] = cell["source"].splitlines()


@change("line ends of Windows")
def _(nb):
    for cell in nb["cells"]:
        cell["source"] = cell["source"].replace("\n", "\r\n")


@change("a foreign kernel")
def _(nb):
    nb["metadata"] = {
        "kernelspec": {"name": "ir", "language": "R", "display_name": "R"},
        "language_info": {"name": "R"},
    }


@change("no kernel, a widget state, and Colab's own metadata")
def _(nb):
    nb["metadata"] = {"widgets": {"x": "y" * 1000}, "colab": {"provenance": []}}
    for cell in nb["cells"]:
        cell["metadata"]["colab"] = {"base_uri": "https://localhost:8080/"}


@change("nbformat 4.0")
def _(nb):
    nb["nbformat_minor"] = 0
    for cell in nb["cells"]:
        del cell["id"]


@change("no nbformat, or a wrong one")
def _(nb):
    del nb["nbformat"]
    nb["nbformat_minor"] = "five"


@change("nbformat 3")
def _(nb):
    cells = nb.pop("cells")
    for cell in cells:
        del cell["id"]
        if cell["cell_type"] == "code":
            cell["input"] = cell.pop("source")
            cell["language"] = "python"
            cell["prompt_number"] = 3
            cell["outputs"] = [{"output_type": "pyout", "text": "x"}]
        elif cell["source"].startswith("## "):
            cell |= {"cell_type": "heading", "level": 2, "source": cell["source"][3:]}
    nb |= {"nbformat": 3, "nbformat_minor": 0, "worksheets": [{"cells": cells}]}


@change("outputs of every kind of nonsense")
def _(nb):
    nonsense = [
        {"output_type": "execute_result", "data": {"text/plain": "100"}},
        {"output_type": "nothing"},
        "x",
        {"output_type": "stream", "name": 3, "text": {"a": 1}},
    ]
    for cell in nb["cells"]:
        cell["outputs"] = nonsense


@change("things among the cells that are none")
def _(nb):
    nb["cells"] = [x for cell in nb["cells"] for x in (None, cell, 3, "x", [])]


@change("execution counts, attachments and ids that are wrong")
def _(nb):
    for cell in nb["cells"]:
        cell |= {"execution_count": "x", "attachments": {"a": 3}, "id": "a b" * 100}


@change("two texts around the free answer")
def _(nb):
    i = nb["cells"].index(place(nb, "words"))
    nb["cells"].insert(i, {"cell_type": "markdown", "metadata": {}, "source": "# Mine"})


@pytest.mark.parametrize("name", CHANGES)
def test_answers_are_found_and_tests_are_the_courses(name):
    notebook = answered()
    CHANGES[name](notebook)
    assert_right(rebuilt(notebook))


@pytest.mark.parametrize("name", CHANGES)
def test_a_changed_notebook_scores_what_its_answers_are_worth(name):
    notebook = answered()
    CHANGES[name](notebook)
    graded = tiny.graded(notebook)
    assert tiny.score(graded) == TOTAL, graded.cells
    stub = tiny.notebook()
    CHANGES[name](stub)
    assert tiny.score(tiny.graded(stub)) == 0


def test_what_was_done_is_told():
    notebook = answered()
    place(notebook, "scale")["metadata"] = {}
    place(notebook, "scale")["id"] = "x"
    place(notebook, "test-average")["source"] += "\npass"
    place(notebook, "threshold")["cell_type"] = "markdown"
    notebook["cells"].remove(place(notebook, "layer"))
    notes = "\n".join(rebuilt(notebook).notes)
    assert "`scale` was lost; your answer was found by what it defines" in notes
    assert "test `test-average` was changed; the course's own is used" in notes
    assert "`threshold` is graded as code again" in notes
    assert "`layer` is not there; it counts as unanswered" in notes


def test_cells_that_were_added_stay_in_their_places_as_the_students():
    notebook = tiny.notebook({"+ average": "helper = 1", "+ title": "first = 1"})
    result = rebuilt(notebook)
    names = [part.name for part in result.parts]
    texts = [part.cell.source for part in result.parts]
    assert texts.index("first = 1") == 0
    assert texts.index("helper = 1") == names.index("average") - 1
    assert all(p.role == "code" for p in result.parts if p.cell.source == "helper = 1")


def test_a_helper_defined_in_a_cell_of_ones_own_counts():
    cells = {
        **RIGHT,
        "+ average": "def mean(x): return sum(x) / len(x)",
        "average": "def average(x, width):\n"
        "    return [mean(x[i : i + width]) for i in range(len(x) - width + 1)]",
    }
    assert tiny.score(tiny.graded(tiny.notebook(cells))) == TOTAL


def test_the_last_of_several_answers_counts():
    notebook = tiny.notebook(RIGHT)
    wrong = copy.deepcopy(place(notebook, "scale"))
    wrong["source"] = "def scale(x, factor):\n    return 0"
    notebook["cells"].insert(0, wrong)
    graded = tiny.graded(notebook)
    assert tiny.score(graded) == TOTAL
    assert "was there 2 times" in graded.notes[0]


def test_pictures_pasted_into_a_text_are_kept_and_nothing_else():
    notebook = answered()
    place(notebook, "words")["attachments"] = {
        "a.png": {"image/png": "iVBORw0KGgo=", "text/html": "<script>"},
        "b.svg": {"image/svg+xml": "<svg>"},
        "c.png": {"image/png": '"><script>'},
    }
    (part,) = [part for part in rebuilt(notebook).parts if part.name == "words"]
    assert part.cell.attachments == {"a.png": {"image/png": "iVBORw0KGgo="}}


UNREADABLE_FILES = {
    "nothing": b"",
    "blanks": b" \n",
    "html": b"<!doctype html><html>",
    "a picture": b"\x89PNG\r\n\x1a\n\x00",
    "cut off": nbformat.writes(tiny.released()).encode()[:1000],
    "a list": b"[]",
    "a number": b"3",
    "no cells": b'{"nbformat": 4}',
    "cells that are no list": b'{"cells": {"a": 1}}',
    "deep": b'{"cells":' + b"[" * 100_000,
    "deep and closed": b'{"cells":' + b"[" * 50_000 + b"]" * 50_000 + b"}",
    "too many cells": json.dumps({"cells": [{}] * (MOST_CELLS + 1)}).encode(),
    "a huge number": b'{"cells": ' + b"9" * 100_000 + b"}",
    "worksheets that are none": b'{"worksheets": 3}',
}


@pytest.mark.parametrize("name", UNREADABLE_FILES)
def test_what_cannot_be_read_gets_a_recorded_zero_with_the_reason(name):
    graded = tiny.graded(UNREADABLE_FILES[name])
    assert graded.verdict == UNREADABLE
    assert set(tiny.scores(graded).values()) == {0}
    assert graded.notes[0]
    for name in tiny.TESTS:
        (cell,) = [c for c in graded.notebook.cells if c.id == name]
        assert cell.outputs[0].evalue == graded.notes[0]


def test_a_file_that_is_too_large_is_not_parsed():
    with pytest.raises(Unreadable, match="larger than"):
        read(b" " * (LARGEST + 1))


@pytest.mark.parametrize(
    "data",
    [
        b'{"cells": []}',
        b'{"cells": [{}]}',
        b'{"cells": [{"cell_type": 3, "source": {"a": 1}}], "nbformat": []}',
        b'{"worksheets": [{"cells": 3}, 4, {"cells": [{"cell_type": "code", "input": "x"}]}]}',
        json.dumps(
            {"cells": [{"cell_type": "code", "source": "x" * 5_000_000}]}
        ).encode(),
        json.dumps({"cells": [{"cell_type": "code", "source": "\ud800\x00"}]}).encode(),
        '\ufeff{"cells": []}'.encode(),
        '{"cells": []}'.encode("utf-16"),
    ],
)
def test_what_can_be_read_at_all_is_graded(data):
    graded = tiny.graded(data)
    assert graded.verdict != UNREADABLE
    assert tiny.score(graded) == 0


def test_names_are_found_in_whole_and_in_broken_code():
    source = "import os\nA = 1\nB, C = 2, 3\ndef f(x):\n    y = 1\nclass D: z = 1\nfor i in []: j = i"
    assert defined_names(source) == {"A", "B", "C", "f", "D", "i", "j"}
    assert {"A", "f", "D"} <= _defines("A = 1\ndef f(x:\nclass D:\n  x\nprint(1 == 2)")
