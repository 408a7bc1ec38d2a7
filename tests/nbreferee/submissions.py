"""Ten submissions of one assignment, and the zip in which an LMS hands them out.

To walk through by hand:

    python -m tests.nbreferee.submissions submissions.zip --pattern canvas
    nbreferee collect 01-filters submissions.zip
"""

import copy
import json
import unicodedata
import zipfile
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path

import click
import nbformat

from nbreferee.course import Course
from nbreferee.release import release

DUE = datetime(2026, 3, 20, 18, 0)


@dataclass
class HandIn:
    """One student's files. `points`: what the tests give; `by_hand`: somebody must read it."""

    student: str
    number: int
    points: float
    by_hand: bool
    files: list[tuple[str, bytes]] = field(default_factory=list)
    late: bool = False
    readable: bool = True


def answered(course, assignment, parts=1.0, words=True):
    """Return the released notebook with the first of the solution's answers written in.

    Args:
        parts: which part of the code answers, from the top.
        words: whether the question that a person grades is answered too.

    Returns:
        the notebook, and the points of the tests that stand before the first gap.
    """
    notebook = nbformat.reads(release(assignment, course), as_version=4)
    solution = nbformat.read(course.notebook(assignment), as_version=4)
    sources = {cell.id: cell.source for cell in solution.cells}
    code = [c for c in notebook.cells if c.cell_type == "code" and is_answer(c)]
    given = {c.id for c in code[: round(len(code) * parts)]}
    points, complete = 0, True
    for cell in notebook.cells:
        about = cell.metadata.get("nbgrader", {})
        if cell.id in given:
            lines = sources[cell.id].splitlines()
            cell.source = "\n".join(line for line in lines if " SOLUTION" not in line)
        elif is_answer(cell) and cell.cell_type == "markdown":
            cell.source = (
                "It answers to **brightness** (a < b) as well."
                if words
                else cell.source
            )
        elif is_answer(cell):
            complete = False
        elif about.get("grade") and complete:
            points += about["points"]
    return notebook, points


def is_answer(cell):
    return cell.metadata.get("nbgrader", {}).get("solution", False)


def saved_by_jupyter(notebook):
    """Add what a run in JupyterLab leaves behind."""
    notebook = copy.deepcopy(notebook)
    for count, cell in enumerate(c for c in notebook.cells if c.cell_type == "code"):
        cell.execution_count = count + 1
        cell.outputs = [nbformat.v4.new_output("stream", name="stdout", text="✓ ran\n")]
    notebook.metadata["language_info"] = {"name": "python", "version": "3.13.0"}
    return nbformat.writes(notebook).encode()


def saved_by_colab(notebook):
    """Write the notebook as Colab does: nbformat 4.0, ids in the metadata, its own notes."""
    content = json.loads(nbformat.writes(notebook))
    content.update(nbformat=4, nbformat_minor=0)
    content["metadata"] = {
        "colab": {"provenance": [], "toc_visible": True},
        "kernelspec": {"name": "python3", "display_name": "Python 3"},
        "language_info": {"name": "python"},
        "accelerator": "GPU",
    }
    for number, cell in enumerate(content["cells"]):
        del cell["id"]
        cell["metadata"]["id"] = f"Xy{number:010d}"
        if cell["cell_type"] == "code":
            cell["execution_count"] = number
            cell["metadata"] |= {
                "colab": {"base_uri": "https://localhost:8080/", "height": 35},
                "outputId": "0f3a1b7c-6d1e-4a55-9d2f-1c2d3e4f5a6b",
                "executionInfo": {"status": "ok", "elapsed": 12, "user_tz": -540},
            }
            text = {"output_type": "stream", "name": "stdout", "text": ["ran\n"]}
            cell["outputs"] = [text]
    return json.dumps(content, ensure_ascii=False).encode()


def ten(course, assignment):
    """Make ten students' files: right, half right, untouched, and all the names there are."""
    name = course.notebook(assignment).stem
    right, full = answered(course, assignment)
    half, some = answered(course, assignment, parts=0.5)
    stub, _ = answered(course, assignment, parts=0, words=False)
    right, half, stub = (nbformat.writes(nb).encode() for nb in (right, half, stub))
    as_notebook = nbformat.reads(right.decode(), as_version=4)
    jupyter, colab = saved_by_jupyter(as_notebook), saved_by_colab(as_notebook)
    plain = f"{name}.ipynb"
    hand_ins = [
        HandIn("Student One", 1, full, True, [(plain, right)]),
        HandIn("Student Two", 2, full, True, [(plain, jupyter)]),
        HandIn("Student Three", 3, some, True, [(plain, half)]),
        HandIn("Student Four", 4, 0, False, [(plain, stub)]),
        HandIn("Student Five", 5, full, True, [(plain, colab)]),
        HandIn("Student Six", 6, full, True, [(f"Copy of {plain}", right)]),
        HandIn("Student Seven", 7, some, True, [(f"{name} (1).ipynb", half)]),
        HandIn("학생 여덟", 8, full, True, [("필터 과제.ipynb", right)], late=True),
        HandIn(
            "Student Nine", 9, full, True, [(plain, stub), (f"{name}-2.ipynb", right)]
        ),
        HandIn(
            "Student Ten",
            10,
            0,
            False,
            [(plain, right[: len(right) // 2])],
            readable=False,
        ),
    ]
    for hand_in in hand_ins:
        hand_in.number += 1_234_500
    return hand_ins


def canvas(hand_in, number, filename):
    """Name a file as Canvas does."""
    student = hand_in.student.replace(" ", "").lower()
    late = "LATE_" if hand_in.late else ""
    return f"{student}_{late}{hand_in.number}_{number}_{filename}"


def moodle(hand_in, number, filename):
    """Name a file as Moodle does: a folder for each student."""
    return f"{hand_in.student}_{hand_in.number}_assignsubmission_file_/{filename}"


def moodle_flat(hand_in, number, filename):
    """Name a file as Moodle did before version 3.1."""
    return f"{hand_in.student}_{hand_in.number}_assignsubmission_file_{filename}"


def moodle_anonymous(hand_in, number, filename):
    """Name a file as Moodle does where names are hidden."""
    return f"Participant_{hand_in.number}_assignsubmission_file_/{filename}"


PATTERNS = {
    "canvas": canvas,
    "moodle": moodle,
    "moodle-flat": moodle_flat,
    "moodle-anonymous": moodle_anonymous,
}


def pack(hand_ins, pattern="canvas", form="NFC"):
    """Return the bytes of a zip of the submissions, with what macOS adds to zips."""
    out, number = BytesIO(), 678_900
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("__MACOSX/._junk.ipynb", b"junk")
        archive.writestr(".DS_Store", b"junk")
        for hand_in in hand_ins:
            for filename, data in hand_in.files:
                number += 1
                path = unicodedata.normalize(
                    form, PATTERNS[pattern](hand_in, number, filename)
                )
                when = DUE + timedelta(
                    hours=1 if hand_in.late else -1, minutes=number % 60
                )
                entry = zipfile.ZipInfo(path, when.timetuple()[:6])
                archive.writestr(entry, data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


@click.command()
@click.argument("out", type=click.Path(path_type=Path))
@click.option("--pattern", type=click.Choice(list(PATTERNS)), default="canvas")
@click.option("--assignment", default="01-filters")
@click.option("--course", type=click.Path(path_type=Path), help="The course's folder.")
def main(out, pattern, assignment, course):
    """Write ten submissions into the zip OUT, and say what they should get."""
    hand_ins = ten(Course.find(course), assignment)
    out.write_bytes(pack(hand_ins, pattern))
    for hand_in in hand_ins:
        names = ", then ".join(filename for filename, _ in hand_in.files)
        click.echo(
            f"{hand_in.student:14} {hand_in.points:3g} points by tests   {names}"
        )


if __name__ == "__main__":
    main()
