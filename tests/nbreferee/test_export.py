"""Grades as CSV: the right numbers, and nothing that a spreadsheet would run."""

import csv
from io import StringIO

import pytest
from click.testing import CliRunner

from nbreferee.cli import main
from nbreferee.collect.collect import collect
from nbreferee.course import Problem
from nbreferee.record.export import _Line, export, parts, safe
from nbreferee.record.gradebook import grade
from nbreferee.submission import Submission

from . import submissions, tiny
from .test_collect import entry, zipped
from .tiny import ASSIGNMENT

PART_NAMES = [
    *("1. Scale", "2. Average", "3. Threshold", "4. A class"),
    "5. In your own words",
]
NOTEBOOK = b'{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 0}'


@pytest.fixture
def graded(course, tmp_path):
    """Two students from Canvas, one from Moodle, graded; hand grading not done."""
    canvas = ["oneone_5_20_tiny.ipynb", "=cmd()_LATE_6_21_tiny.ipynb"]
    moodle = ["학생 셋_70_assignsubmission_file_/tiny.ipynb"]
    for names, file in ((canvas, "canvas.zip"), (moodle, "moodle.zip")):
        path = zipped(tmp_path, [(entry(name), NOTEBOOK) for name in names], file)
        collect(course, ASSIGNMENT, [path])
    grade(course, ASSIGNMENT, grader=tiny.stand_in(failing={"test-average"}))
    return course


def rows(made):
    return list(csv.DictReader(StringIO(made.text())))


def test_parts_are_the_headings_that_carry_points(course):
    found = parts(course, ASSIGNMENT)
    assert list(found) == PART_NAMES
    assert found["1. Scale"] == ["test-scale-example", "test-scale-hidden"]


def test_a_spreadsheet_gets_points_for_each_part(graded):
    by_id = {row["Id"]: row for row in rows(export(graded, [ASSIGNMENT]))}
    row = by_id["oneone-5"]
    assert [row[part] for part in PART_NAMES] == ["30", "0", "10", "20", "0"]
    assert (row["Points"], row["Out of"]) == ("60", "100")
    assert (row["Late"], row["Hand grading"]) == ("no", "to do")
    assert row["Number in LMS"] == "5"
    assert by_id["cmd-6"]["Late"] == "yes"
    assert by_id["학생-셋"]["Student"] == "학생 셋"


def test_points_by_hand_count_and_the_state_says_so(graded):
    with graded.gradebook() as gradebook:
        mark = gradebook.find_grade("words", "tiny", ASSIGNMENT, "oneone-5")
        mark.manual_score, mark.needs_manual_grade = 8, False
        gradebook.db.commit()
    made = export(graded, [ASSIGNMENT])
    row = {row["Id"]: row for row in rows(made)}["oneone-5"]
    assert (row["5. In your own words"], row["Points"]) == ("8", "68")
    assert row["Hand grading"] == "done"
    assert sorted(made.not_graded_by_hand) == ["cmd-6", "학생-셋"]


def test_who_handed_in_nothing_is_listed_with_empty_cells(graded):
    with graded.gradebook() as gradebook:
        gradebook.add_student("absent", last_name="Absent")
    row = {row["Id"]: row for row in rows(export(graded, [ASSIGNMENT]))}["absent"]
    assert row["Points"] == row["Late"] == ""


@pytest.mark.parametrize(
    ("points", "under"), [({"a": 3.0, "b": 4.0, "c": 5.0}, 7), ({}, 0), (None, None)]
)
def test_a_graded_student_has_a_number_under_each_heading(points, under):
    line = _Line(Submission("kim", ASSIGNMENT), points, 0, 0, False, "", "")
    assert line.under(["a", "b"]) == under


def test_canvas_finds_its_students_by_number(graded):
    made = export(graded, [ASSIGNMENT], "canvas", column="Tiny (4711)")
    header, possible, *students = list(csv.reader(StringIO(made.text())))
    assert header == ["Student", "ID", "SIS Login ID", "Section", "Tiny (4711)"]
    assert possible[0].strip() == "Points Possible" and possible[-1] == "100"
    assert ["oneone", "5", "", "", "60"] in students
    assert made.without_number == ["학생-셋"]


def test_moodle_finds_its_students_by_participant(graded):
    made = export(graded, [ASSIGNMENT], "moodle")
    (row,) = rows(made)
    assert row["Identifier"] == "Participant 70"
    assert row["Full name"] == "학생 셋"
    assert (row["Grade"], row["Maximum Grade"]) == ("60", "100")
    assert set(row) >= {"Identifier", "Grade", "Last modified (grade)"}
    assert sorted(made.without_number) == ["cmd-6", "oneone-5"]


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "＝1", '=HYPERLINK("http://x")'],
)
def test_text_is_never_a_formula(text):
    assert safe(text).startswith("'")
    assert safe(text).replace("'", "") == text


def test_other_cells_stay_as_they_are():
    assert [safe(x) for x in ("a=b", 3.0, 2.5, None, 7, "")] == [
        "a=b",
        "3",
        "2.5",
        None,
        7,
        "",
    ]


def test_a_name_that_is_a_formula_is_disarmed_in_every_layout(graded):
    with graded.gradebook() as gradebook:
        gradebook.update_or_create_student("학생-셋", email="@SUM(1)")
    for layout in ("plain", "canvas", "moodle"):
        cells = [
            c
            for row in csv.reader(StringIO(export(graded, [ASSIGNMENT], layout).text()))
            for c in row
        ]
        assert not [c for c in cells if c.startswith(("=", "@", "+", "-"))]
        assert layout == "canvas" or "'@SUM(1)" in cells


def test_files_open_right_in_excel(graded, tmp_path):
    out = tmp_path / "deep" / "grades.csv"
    args = ["--course", str(graded.root), "export", ASSIGNMENT, "-o", str(out)]
    result = CliRunner().invoke(main, args)
    assert result.exit_code == 0, result.output
    data = out.read_bytes()
    assert data.startswith(b"\xef\xbb\xbf") and "학생 셋".encode() in data
    assert "Not graded by hand yet" in result.output


def test_all_assignments_stand_side_by_side(graded):
    other = graded.root / "solutions" / "02-tiny"
    other.mkdir()
    (other / "tiny.ipynb").write_bytes(graded.notebook(ASSIGNMENT).read_bytes())
    folder = graded.root / "submitted" / "oneone-5" / "02-tiny"
    folder.mkdir()
    (folder / "tiny.ipynb").write_bytes(NOTEBOOK)
    grade(graded, "02-tiny", grader=tiny.stand_in())
    by_id = {r["Id"]: r for r in rows(export(graded, [ASSIGNMENT, "02-tiny"]))}
    row = by_id["oneone-5"]
    assert (row["01-tiny: Points"], row["02-tiny: Points"], row["Total"]) == (
        "60",
        "80",
        "140",
    )
    assert (by_id["cmd-6"]["02-tiny: Points"], by_id["cmd-6"]["Total"]) == ("", "60")


def test_what_cannot_be_exported_is_said(course, tmp_path):
    with pytest.raises(Problem, match="not graded yet"):
        export(course, [ASSIGNMENT])
    with pytest.raises(Problem, match="one assignment"):
        export(course, [ASSIGNMENT, ASSIGNMENT], "moodle")
    run = CliRunner().invoke
    at = ["--course", str(course.root), "export", "-o", str(tmp_path / "x.csv")]
    assert run(main, at).exit_code == 2
    assert run(main, [*at, "--all"]).exit_code == 1
    assert run(main, [*at, "--all", ASSIGNMENT]).exit_code == 2


def test_the_ten_come_out_under_the_numbers_they_came_in_with(course, tmp_path):
    ten = submissions.ten(course, ASSIGNMENT)
    path = tmp_path / "submissions.zip"
    path.write_bytes(submissions.pack(ten, "moodle"))
    collect(course, ASSIGNMENT, [path])
    grade(course, ASSIGNMENT, grader=tiny.stand_in())
    made = rows(export(course, [ASSIGNMENT], "moodle"))
    numbers = {f"Participant {hand_in.number}": hand_in.student for hand_in in ten}
    assert {row["Identifier"]: row["Full name"] for row in made} == numbers
