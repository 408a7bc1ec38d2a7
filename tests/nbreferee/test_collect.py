"""From what an LMS hands out to `submitted/`: every name, every damage, nothing lost."""

import os
import stat
import tracemalloc
import unicodedata
import zipfile
from datetime import datetime
from io import BytesIO
from pathlib import PurePosixPath

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from nbreferee.cli import main
from nbreferee.collect import archives
from nbreferee.collect.collect import collect
from nbreferee.collect.roster import Roster
from nbreferee.collect.senders import identify, slug
from nbreferee.submission import Submission

from . import submissions
from .tiny import ASSIGNMENT

NOTEBOOK = b'{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 0}'


def zipped(tmp_path, files, name="submissions.zip"):
    """Write a zip; each file is (name or ZipInfo, bytes)."""
    path = tmp_path / name
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for entry, data in files:
            archive.writestr(entry, data)
    return path


def entry(name, hour=12):
    return zipfile.ZipInfo(name, (2026, 3, 20, hour, 0, 0))


class RawName(zipfile.ZipInfo):
    """A file whose name is written in another encoding, and not marked as UTF-8."""

    __slots__ = ("raw",)

    def _encodeFilenameFlags(self):
        return self.raw, self.flag_bits & ~0x800


def raw(name, encoding):
    made = RawName("x", (2026, 3, 20, 12, 0, 0))
    made.raw = name.encode(encoding)
    return made


def handed_in(course, student):
    return (
        course.root / "submitted" / student / ASSIGNMENT / "tiny.ipynb"
    ).read_bytes()


def only(collected):
    (row,) = collected.rows
    return row


@pytest.mark.parametrize("pattern", submissions.PATTERNS)
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_every_student_of_an_lms_zip_arrives_with_the_right_bytes(
    course, tmp_path, pattern, form
):
    ten = submissions.ten(course, ASSIGNMENT)
    path = tmp_path / "submissions.zip"
    path.write_bytes(submissions.pack(ten, pattern, form))
    collected = collect(course, ASSIGNMENT, [path])
    assert collected.count("new") == 9
    assert collected.count("unreadable") == 1
    by_number = {row.submission.user: row.submission for row in collected.rows}
    for hand_in in ten:
        found = by_number[str(hand_in.number)]
        assert found.data(course) == hand_in.files[-1][1]
        assert bool(found.problem) == (not hand_in.readable)
        assert found.student == unicodedata.normalize("NFC", found.student)
        if pattern == "canvas":
            assert found.late == hand_in.late


@pytest.mark.parametrize(
    "names",
    [
        {
            "oneone_LATE_12_34_tiny.ipynb": "oneone-12",
            "anon_AbC9_35_tiny.ipynb": "anon-abc9",
        },
        {
            "First Last_77_assignsubmission_file_/tiny.ipynb": "first-last",
            "Participant_78_assignsubmission_file_/tiny.ipynb": "participant-78",
            "학생 하나_79_assignsubmission_file_/tiny (2).ipynb": "학생-하나",
        },
        {
            "two/tiny.ipynb": "two",
            f"three/{ASSIGNMENT}/tiny.ipynb": "three",
            "four_tiny.ipynb": "four",
        },
    ],
    ids=["Canvas", "Moodle", "by hand"],
)
def test_ids_say_who_it_is(course, tmp_path, names):
    path = zipped(tmp_path, [(name, NOTEBOOK) for name in names])
    collected = collect(course, ASSIGNMENT, [path])
    assert {row.submission.student for row in collected.rows} == set(names.values())


# What a student can choose: the file's name, and all that lies in a zip or a folder.

VICTIMS = 'Student,ID\n"Victim, Ann",1001\n"Mallory, Lee",1002\n'


@pytest.mark.parametrize(
    ("prefix", "chosen"),
    [
        ("mallorylee_1002_556_", "x_1001_assignsubmission_file_tiny.ipynb"),
        ("mallorylee_1002_556_", "x_1001_557_tiny.ipynb"),
        ("mallorylee_1002_556_", "victimann_1001_1_tiny.ipynb"),
        ("mallorylee_LATE_1002_556_", "LATE_1001_557_tiny.ipynb"),
        ("mallorylee_1002_556_", "x_1001_text.html"),
        ("Mallory Lee_1002_assignsubmission_file_", "x_1001_assignsubmission_file_tiny.ipynb"),
        ("Mallory Lee_1002_assignsubmission_file_", "x_1001_557_tiny.ipynb"),
        ("Mallory Lee_1002_assignsubmission_file_/", "x_1001_557_tiny.ipynb"),
        ("Mallory Lee_1002_assignsubmission_file_/", "x_1001_assignsubmission_file_/tiny.ipynb"),
        ("Mallory Lee_1002_assignsubmission_file_/", "victimann_1001_1_x/tiny.ipynb"),
        ("anon_Mallo_556_", "x_1001_557_tiny.ipynb"),
        ("mallory/", "victim_tiny.ipynb"),
        ("mallory/", "victim/tiny.ipynb"),
    ],
)  # fmt: skip
def test_no_name_that_a_student_chooses_takes_another_students_place(
    course, tmp_path, prefix, chosen
):
    if prefix.startswith("anon"):
        honest = "anon_x1001_1_tiny.ipynb"
    elif "assignsubmission" in prefix:
        honest = "Victim Ann_1001_assignsubmission_file_/tiny.ipynb"
    else:
        honest = "victimann_1001_1_tiny.ipynb"
        honest = honest if "1002" in prefix else "victim/tiny.ipynb"
    roster = tmp_path / "roster.csv"
    roster.write_text(VICTIMS)
    files = [(entry(honest, 9), NOTEBOOK), (entry(prefix + chosen, 12), b"{}")]
    zips = [zipped(tmp_path, files)]
    collected = collect(course, ASSIGNMENT, zips, Roster.read(roster))
    owners = {row.submission.student for row in collected.rows if row.submission}
    (victim,) = [o for o in owners if "mallo" not in o]
    assert handed_in(course, victim) == NOTEBOOK


@pytest.mark.parametrize(
    ("outer", "victim"),
    [
        ("mallorylee_1002_556_homework.zip", "victimann_1001_1_tiny.ipynb"),
        ("Mallory Lee_1002_assignsubmission_file_/homework.zip", "Victim Ann_1001_assignsubmission_file_/tiny.ipynb"),
        ("mallory/homework.zip", "victim/tiny.ipynb"),
    ],
)  # fmt: skip
def test_a_name_inside_a_students_zip_belongs_to_who_handed_it_in(
    course, tmp_path, outer, victim
):
    inner = BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr(entry(victim, 23), b'{"cells": [], "nbformat": 4}')
    files = [(entry(victim, 9), NOTEBOOK), (entry(outer), inner.getvalue())]
    collected = collect(course, ASSIGNMENT, [zipped(tmp_path, files)])
    students = {row.submission.student for row in collected.rows}
    assert len(students) == 2
    (ann,) = [student for student in students if "mallory" not in student]
    assert handed_in(course, ann) == NOTEBOOK


def test_a_file_that_is_named_by_another_platform_than_the_others_is_nobodys(
    course, tmp_path
):
    names = ["one_5_1_tiny.ipynb", "two_6_2_tiny.ipynb"]
    stranger = "One_5_assignsubmission_file_/tiny.ipynb"
    files = [(name, NOTEBOOK) for name in [*names, stranger]]
    rows = collect(course, ASSIGNMENT, [zipped(tmp_path, files)]).rows
    assert [row.state for row in rows].count("new") == 2
    (refused,) = [row for row in rows if row.state == "nobody's"]
    assert stranger in refused.file


def test_a_folder_around_everything_is_not_taken_for_a_student(course, tmp_path):
    names = ["late/one_tiny.ipynb", "late/two_tiny.ipynb"]
    path = zipped(tmp_path, [(name, NOTEBOOK) for name in names])
    rows = collect(course, ASSIGNMENT, [path]).rows
    assert [row.state for row in rows] == ["nobody's"] * 2
    assert "everything lies in the folder late" in rows[0].remarks[0]


def zip_of(files):
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files:
            archive.writestr(name, data)
    return made.getvalue()


def test_one_students_zip_takes_nothing_from_the_others(course, tmp_path):
    """An honest `.venv`, and one that unpacks to gigabytes."""
    venv = [(f".venv/lib/site-packages/p/{n}.py", b"x = 1") for n in range(20_100)]
    honest = zip_of([*venv, ("homework/tiny.ipynb", NOTEBOOK)])
    large = bytes(archives.MAX_FILE - 1)
    bomb = zip_of([(f"{n}/tiny.ipynb", large) for n in range(12)])
    files = [
        ("one_5_1_homework.zip", honest),
        ("bomb_6_2_homework.zip", bomb),
        ("three_7_3_tiny.ipynb", NOTEBOOK),
    ]
    collected = collect(course, ASSIGNMENT, [zipped(tmp_path, files)])
    by_student = {row.submission.student: row for row in collected.rows}
    assert by_student["one-5"].state == by_student["three-7"].state == "new"
    assert handed_in(course, "one-5") == NOTEBOOK
    assert by_student["bomb-6"].state == "unreadable"


def test_what_is_too_large_is_charged_as_well_and_the_rest_is_not_unpacked(
    course, tmp_path, monkeypatch
):
    monkeypatch.setattr(archives, "MAX_FILE", 1 << 20)
    monkeypatch.setattr(archives, "MAX_SUBMISSION", 5 << 20)
    unpacked, read = [], zipfile.ZipExtFile.read

    def counted(stream, n=-1):
        data = read(stream, n)
        if stream.name.startswith("part"):
            unpacked.append(len(data))
        return data

    monkeypatch.setattr(zipfile.ZipExtFile, "read", counted)
    bomb = zip_of([(f"part{n}/tiny.ipynb", bytes(2 << 20)) for n in range(50)])
    files = [("bomb_6_2_work.zip", bomb), ("three_7_3_tiny.ipynb", NOTEBOOK)]
    rows = collect(course, ASSIGNMENT, [zipped(tmp_path, files)]).rows
    assert {row.submission.student: row.state for row in rows} == {
        "bomb-6": "unreadable",
        "three-7": "new",
    }
    assert sum(unpacked) <= 6 << 20


def test_of_a_name_no_more_is_read_than_a_disk_would_hold(tmp_path):
    name = "tiny" + " (1)" * 500 + ".ipynb"
    packed = zip_of([(f"{name}/{name}", NOTEBOOK)])
    path = zipped(tmp_path, [("one_5_2_work.zip", packed)])
    (upload,) = archives.read(path, tmp_path)
    assert upload.data == NOTEBOOK
    assert [len(part) for part in upload.path.parts] == [16, 255, 255]


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_what_python_cannot_unpack_bit_by_bit_is_not_unpacked(course, tmp_path, method):
    packed = BytesIO()
    archive = zipfile.ZipFile(packed, "w", method)
    with archive, archive.open("tiny.ipynb", "w") as file:
        for _ in range(20):
            file.write(bytes(5 << 20))
    path = zipped(tmp_path, [("bomb_6_2_work.zip", packed.getvalue())])
    tracemalloc.start()
    row = only(collect(course, ASSIGNMENT, [path]))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert "rare method" in row.submission.problem
    assert peak < 20 << 20, f"{peak >> 20} MB for a zip of a few hundred bytes"


def test_the_memory_of_a_collection_does_not_grow_with_the_class(course, tmp_path):
    filler = os.urandom(1 << 20)
    files = [(f"s{n}_{n}_1_tiny.ipynb", NOTEBOOK + filler) for n in range(1, 31)]
    path = zipped(tmp_path, files)
    tracemalloc.start()
    collect(course, ASSIGNMENT, [path])
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 15 << 20, f"{peak >> 20} MB for uploads of 30 MB"


@pytest.mark.parametrize("encoding", ["utf-8", "euc-kr"])
def test_names_of_zips_that_do_not_say_their_encoding_are_read(
    course, tmp_path, encoding
):
    name = "학생 하나_79_assignsubmission_file_/필터.ipynb"
    path = zipped(tmp_path, [(raw(name, encoding), NOTEBOOK)])
    assert only(collect(course, ASSIGNMENT, [path])).submission.student == "학생-하나"


def test_a_folder_and_a_single_file_do_as_well(course, tmp_path):
    folder = tmp_path / "late"
    (folder / "one").mkdir(parents=True)
    (folder / "one" / "tiny.ipynb").write_bytes(NOTEBOOK)
    (folder / "two_5_6_tiny.ipynb").write_bytes(NOTEBOOK)
    (folder / ".DS_Store").write_bytes(b"junk")
    alone = tmp_path / "Copy of tiny.ipynb"
    alone.write_bytes(NOTEBOOK)
    found = collect(course, ASSIGNMENT, [folder])
    assert [row.submission.student for row in found.rows] == ["one", "two-5"]
    assert only(collect(course, ASSIGNMENT, [alone])).state == "nobody's"
    named = only(collect(course, ASSIGNMENT, [alone], student="Three"))
    assert named.submission.student == "three"
    assert handed_in(course, "three") == NOTEBOOK


def test_of_several_attempts_the_newest_counts(course, tmp_path):
    newer = NOTEBOOK.replace(b"{}", b'{"a": 1}')
    canvas = [
        (entry("one_5_20_tiny-1.ipynb", hour=9), newer),
        (
            entry("one_5_10_tiny.ipynb", hour=12),
            NOTEBOOK,
        ),  # Canvas's own count, not the time
    ]
    folder = "Two_6_assignsubmission_file_"
    moodle = [
        (entry(f"{folder}/tiny.ipynb", hour=12), newer),
        (entry(f"{folder}/Copy of tiny.ipynb", hour=9), NOTEBOOK),
    ]
    zips = [zipped(tmp_path, canvas), zipped(tmp_path, moodle, "moodle.zip")]
    collected = collect(course, ASSIGNMENT, zips)
    assert handed_in(course, "one-5") == handed_in(course, "two") == newer
    remarks = {row.remarks for row in collected.rows}
    assert ("an older attempt, not used: tiny.ipynb",) in remarks


def test_the_notebook_with_the_right_name_counts_before_a_newer_scratch_file(
    course, tmp_path
):
    files = [
        (entry("one_5_20_scratch.ipynb"), b"{}"),
        (entry("one_5_10_tiny.ipynb"), NOTEBOOK),
        (entry("one_5_30_picture.png"), b"\x89PNG"),
    ]
    row = only(collect(course, ASSIGNMENT, [zipped(tmp_path, files)]))
    assert row.state == "new"
    assert row.remarks == ("another notebook, not used: scratch.ipynb",)


def test_an_older_attempt_never_replaces_a_newer_one(course, tmp_path):
    newer = NOTEBOOK.replace(b"{}", b'{"a": 1}')
    first = zipped(tmp_path, [(entry("one_5_20_tiny-1.ipynb"), newer)], "first.zip")
    second = zipped(
        tmp_path, [(entry("one_LATE_5_10_tiny.ipynb"), NOTEBOOK)], "second.zip"
    )
    third = zipped(
        tmp_path, [(entry("one_LATE_5_30_tiny-2.ipynb"), NOTEBOOK)], "third.zip"
    )
    assert only(collect(course, ASSIGNMENT, [first])).state == "new"
    assert only(collect(course, ASSIGNMENT, [first])).state == "unchanged"
    assert only(collect(course, ASSIGNMENT, [second])).state == "older"
    assert handed_in(course, "one-5") == newer
    assert not Submission.load(course, "one-5", ASSIGNMENT).late
    assert only(collect(course, ASSIGNMENT, [third])).state == "replaced"
    assert handed_in(course, "one-5") == NOTEBOOK
    assert Submission.load(course, "one-5", ASSIGNMENT).late


def test_the_same_bytes_downloaded_again_stay_the_same_submission(course, tmp_path):
    first = zipped(tmp_path, [(entry("one_5_20_tiny.ipynb", 9), NOTEBOOK)], "first.zip")
    again = zipped(
        tmp_path, [(entry("one_5_20_tiny.ipynb", 11), NOTEBOOK)], "again.zip"
    )
    collect(course, ASSIGNMENT, [first])
    before = Submission.load(course, "one-5", ASSIGNMENT)
    assert only(collect(course, ASSIGNMENT, [again])).state == "unchanged"
    assert Submission.load(course, "one-5", ASSIGNMENT).time == before.time


def test_times_of_zips_are_kept_for_nbgrader(course, tmp_path):
    path = zipped(tmp_path, [(entry("one_5_20_tiny.ipynb"), NOTEBOOK)])
    submission = only(collect(course, ASSIGNMENT, [path])).submission
    assert submission.time == datetime(2026, 3, 20, 12).astimezone()
    stamp = course.root / "submitted" / "one-5" / ASSIGNMENT / "timestamp.txt"
    assert stamp.read_text().endswith("UTC")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "an empty file"),
        (b"<!DOCTYPE html><html>", "a web page"),
        (b"%PDF-1.7", "a PDF"),
        (b"PK\x03\x04", "a zip or an office document"),
        (NOTEBOOK[:30], "cut off or damaged at line 1"),
        (b"print('hello')", "no notebook"),
        (b"\xff\xfe\x00", "no notebook"),
        (b'{"a": 1}', "a JSON file without cells"),
        (b"[" * 100_000, "no notebook"),
        (b'{"cells": 3, "nbformat": 4}', "a JSON file without cells"),
    ],
)
def test_what_is_no_notebook_is_named(course, tmp_path, data, reason):
    path = zipped(
        tmp_path, [("one_5_20_tiny.ipynb", data), ("two_6_21_tiny.ipynb", NOTEBOOK)]
    )
    collected = collect(course, ASSIGNMENT, [path])
    assert collected.count("unreadable") == collected.count("new") == 1
    kept = Submission.load(course, "one-5", ASSIGNMENT)
    assert kept.problem.startswith(f"tiny.ipynb is {reason}")
    assert kept.data(course) == data


def test_a_file_of_another_kind_and_typed_text_are_recorded_with_the_reason(
    course, tmp_path
):
    files = [
        ("one_5_20_answers.pdf", b"%PDF-1.7"),
        ("two_6_text.html", b"<p>see mail</p>"),
    ]
    collected = collect(course, ASSIGNMENT, [zipped(tmp_path, files)])
    reasons = sorted(row.submission.problem for row in collected.rows)
    assert reasons[0].startswith("answers.pdf is a PDF")
    assert reasons[1].startswith("text was typed and no file handed in")


@pytest.mark.parametrize(
    "data",
    [
        b'{"nbformat": 3, "metadata": {}, "worksheets": [{"cells": []}]}',
        b"\xef\xbb\xbf" + NOTEBOOK,
        NOTEBOOK.decode().encode("utf-16"),
        b'{"cells": [{"cell_type": "code"}, {"source": 3, "metadata": null}]}',
    ],
    ids=["nbformat 3", "byte order mark", "utf-16", "damaged cells"],
)
def test_what_grading_can_mend_is_taken(course, tmp_path, data):
    files = [("one_5_20_tiny.ipynb", data)]
    (row,) = collect(course, ASSIGNMENT, [zipped(tmp_path, files)]).rows
    assert (row.state, row.submission.problem) == ("new", "")


def test_names_that_lead_elsewhere_links_and_bombs_do_no_harm(course, tmp_path):
    link = entry("link_5_20_tiny.ipynb")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    files = [
        ("../../one_7_21_tiny.ipynb", NOTEBOOK),
        ("/two_8_22_tiny.ipynb", NOTEBOOK),
        (link, b"/etc/passwd"),
        ("bomb_9_23_tiny.ipynb", b" " * (archives.MAX_FILE + 1)),
        ("..\\three_10_24_tiny.ipynb", NOTEBOOK),
        ("good_11_25_tiny.ipynb", NOTEBOOK),
    ]
    before = {
        path for path in tmp_path.parent.rglob("*") if "submitted" not in path.parts
    }
    path = zipped(tmp_path, files)
    collected = collect(course, ASSIGNMENT, [path])
    problems = {
        row.submission.student: row.submission.problem for row in collected.rows
    }
    assert "leads out" in problems["one-7"]
    assert "leads out" in problems["two-8"]
    assert "leads out" in problems["three-10"]
    assert "a link" in problems["link-5"]
    assert "larger than 20 MB" in problems["bomb-9"]
    assert problems["good-11"] == ""
    after = {
        path for path in tmp_path.parent.rglob("*") if "submitted" not in path.parts
    }
    assert {p.name for p in after - before} <= {"submissions.zip", "gradebook.db"}


def test_a_link_in_a_folder_is_not_followed(course, tmp_path):
    folder = tmp_path / "folder"
    folder.mkdir()
    (tmp_path / "secret").write_bytes(NOTEBOOK)
    (folder / "one_5_20_tiny.ipynb").symlink_to(tmp_path / "secret")
    assert "a link" in only(collect(course, ASSIGNMENT, [folder])).submission.problem


def test_a_source_with_more_submissions_than_any_class_is_named_and_the_next_is_read(
    course, tmp_path, monkeypatch
):
    monkeypatch.setattr(archives, "MAX_SUBMISSIONS", 2)
    many = [(f"many{i}_{i}_1_tiny.ipynb", NOTEBOOK) for i in range(4)]
    few = [("few_9_1_tiny.ipynb", NOTEBOOK)]
    sources = [zipped(tmp_path, many, "many.zip"), zipped(tmp_path, few, "few.zip")]
    rows = collect(course, ASSIGNMENT, sources).rows
    (refused,) = [row for row in rows if row.state == "nobody's"]
    assert refused.file == "many.zip" and "more than 2 files" in refused.remarks[0]
    assert handed_in(course, "few-9") == NOTEBOOK


@pytest.mark.parametrize("limit", ["MAX_FILES", "MAX_SUBMISSION"])
def test_a_submission_beyond_its_own_limits_is_named_and_the_others_are_read(
    course, tmp_path, monkeypatch, limit
):
    monkeypatch.setattr(archives, limit, 2 if limit == "MAX_FILES" else 300)
    folder = "Many_1_assignsubmission_file_"
    many = [(f"{folder}/tiny-{i}.ipynb", NOTEBOOK + b" " * 99) for i in range(4)]
    few = [("Few_9_assignsubmission_file_/tiny.ipynb", NOTEBOOK)]
    rows = collect(course, ASSIGNMENT, [zipped(tmp_path, many + few)]).rows
    assert len(rows) == 2
    assert handed_in(course, "few") == NOTEBOOK


def test_a_locked_and_a_damaged_entry_stop_nobody_else(course, tmp_path):
    path = zipped(
        tmp_path, [("one_5_20_tiny.ipynb", NOTEBOOK), ("two_6_21_tiny.ipynb", NOTEBOOK)]
    )
    data = bytearray(path.read_bytes())
    central = data.index(b"PK\x01\x02")
    data[central + 8] |= 1  # the first one's mark for a password
    path.write_bytes(bytes(data))
    collected = collect(course, ASSIGNMENT, [path])
    assert [row.state for row in collected.rows] == ["unreadable", "new"]
    assert "password" in collected.rows[0].submission.problem
    data[central + 8] &= ~1
    data[40:60] = b"x" * 20
    path.write_bytes(bytes(data))
    states = [row.state for row in collect(course, ASSIGNMENT, [path]).rows]
    assert states == ["unreadable", "unchanged"]


def test_a_zip_that_a_student_handed_in_is_looked_into(course, tmp_path):
    inner = BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("homework/tiny.ipynb", NOTEBOOK)
        archive.writestr("homework/picture.png", b"\x89PNG")
    files = [
        ("one_5_20_homework.zip", inner.getvalue()),
        ("two_6_21_homework.zip", b"PK broken"),
    ]
    collected = collect(course, ASSIGNMENT, [zipped(tmp_path, files)])
    assert handed_in(course, "one-5") == NOTEBOOK
    assert "damaged or not a zip" in collected.rows[1].submission.problem


def test_a_students_own_zip_does_not_say_when_it_was_handed_in(course, tmp_path):
    older = zipfile.ZipInfo("tiny-1.ipynb", (2020, 1, 1, 0, 0, 0))
    newer = zipfile.ZipInfo("tiny.ipynb", (2020, 1, 2, 0, 0, 0))
    packed = zipped(tmp_path, [(newer, NOTEBOOK), (older, NOTEBOOK + b" ")], "own.zip")
    when = "One_5_assignsubmission_file_/own.zip"
    path = zipped(tmp_path, [(entry(when), packed.read_bytes())])
    found = only(collect(course, ASSIGNMENT, [path])).submission
    assert found.time.year == 2026
    assert handed_in(course, "one") == NOTEBOOK


def test_a_roster_gives_anonymous_students_their_names(course, tmp_path):
    roster = tmp_path / "worksheet.csv"
    roster.write_text(
        "Identifier,Full name,Email address\n"
        "Participant 70,학생 하나,one@example.org\n"
        "Participant 71,Student Two,two@example.org\n"
        "Participant 72,Student Two,other@example.org\n",
        "utf-8-sig",
    )
    names = [f"Participant_{n}_assignsubmission_file_/tiny.ipynb" for n in (70, 71, 72)]
    people = Roster.read(roster)
    collected = collect(
        course, ASSIGNMENT, [zipped(tmp_path, [(n, NOTEBOOK) for n in names])], people
    )
    assert [row.submission.student for row in collected.rows] == [
        "학생-하나",
        "student-two",
        "student-two-other-example-org",
    ]
    with course.gradebook() as gradebook:
        assert gradebook.find_student("학생-하나").email == "one@example.org"


def test_two_of_one_name_are_kept_apart(course, tmp_path):
    names = [f"Same Name_{n}_assignsubmission_file_/tiny.ipynb" for n in (70, 71)]
    path = zipped(tmp_path, [(name, NOTEBOOK) for name in names])
    for state in ("new", "unchanged"):
        collected = collect(course, ASSIGNMENT, [path])
        assert [row.state for row in collected.rows] == [state, state]
        students = [row.submission.student for row in collected.rows]
        assert students == ["same-name", "same-name-71"]
        assert "--roster" in collected.rows[1].remarks[0]


def test_canvas_students_keep_their_id_when_their_name_changes(course, tmp_path):
    collect(
        course, ASSIGNMENT, [zipped(tmp_path, [("before_5_1_tiny.ipynb", NOTEBOOK)])]
    )
    path = zipped(tmp_path, [("after_5_2_tiny.ipynb", NOTEBOOK)])
    assert only(collect(course, ASSIGNMENT, [path])).submission.student == "before-5"


def test_the_whole_class_enters_the_gradebook(course, tmp_path):
    roster = tmp_path / "canvas.csv"
    roster.write_text(
        "Student,ID,SIS Login ID,Section,Assignment 1 (4711)\n"
        "    Points Possible,,,,100\n"
        '"Last, First",5,first,A,\n'
        '"Absent, Student",6,absent,A,\n'
    )
    path = zipped(tmp_path, [("lastfirst_5_1_tiny.ipynb", NOTEBOOK)])
    collect(course, ASSIGNMENT, [path], Roster.read(roster))
    with course.gradebook() as gradebook:
        students = {
            s.lms_user_id: (s.last_name, s.first_name) for s in gradebook.students
        }
    assert students == {"5": ("Last", "First"), "6": ("Absent", "Student")}


@given(st.text(min_size=1, max_size=60))
def test_any_name_gives_an_id_that_is_one_folder(text):
    path = PurePosixPath(text.replace("\0", " ")) / "x.ipynb"
    sender = identify(path, ASSIGNMENT, "tiny")
    for made in [slug(text)] + ([slug(sender.name)] if sender else []):
        assert "/" not in made and not made.startswith(".") and "*" not in made
        assert made == slug(made)


def test_the_command_names_what_it_cannot_take_and_leaves_without_traceback(
    course, tmp_path
):
    def run(*args):
        return CliRunner().invoke(main, ["--course", str(course.root), *map(str, args)])

    good = zipped(tmp_path, [("one_5_1_tiny.ipynb", NOTEBOOK)])
    whose = zipped(tmp_path, [("tiny.ipynb", NOTEBOOK)], "whose.zip")
    broken = tmp_path / "broken.zip"
    broken.write_bytes(b"no zip")
    assert run("collect", ASSIGNMENT, good).exit_code == 0
    for args, said in [
        (("collect", "01-tinny", good), "Did you mean 01-tiny?"),
        (("collect", ASSIGNMENT, tmp_path / "missing.zip"), "does not exist"),
        (("collect", ASSIGNMENT, broken), "could not be taken"),
        (("collect", ASSIGNMENT, whose, good), "could not be taken"),
        (("collect", ASSIGNMENT, good, "--roster", good), "names nobody"),
    ]:
        result = run(*args)
        assert result.exit_code in (1, 2), args
        assert said in " ".join(result.output.split()), result.output
        assert isinstance(result.exception, SystemExit)


def test_a_file_name_tells_the_terminal_nothing(course, tmp_path):
    name = "one_5_1_\x1b]0;owned\x07\x1b[2J\u202e[red]tiny.ipynb"
    path = zipped(tmp_path, [(name, NOTEBOOK), ("\x1b[31m/x.ipynb", b"no notebook")])
    args = ["--course", str(course.root), "collect", ASSIGNMENT, str(path)]
    said = CliRunner().invoke(main, args).output
    assert "owned" in said
    assert not [c for c in said if c != "\n" and not c.isprintable()]


def test_commands_outside_a_course_say_what_to_do(tmp_path):
    result = CliRunner().invoke(main, ["--course", str(tmp_path), "grade", ASSIGNMENT])
    assert result.exit_code == 1
    assert "nbreferee --course FOLDER" in result.output
