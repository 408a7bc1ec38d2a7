"""From a zip to the gradebook, feedback and CSV, through the real nbgrader."""

import csv
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import nbformat
import pytest
from bs4 import BeautifulSoup
from nbformat.v4 import new_code_cell

from nbreferee.cli import _lost_interrupts
from nbreferee.course import Course, Problem
from nbreferee.limits import Limits
from nbreferee.record import gradebook
from nbreferee.record.export import export
from nbreferee.record.feedback import feedback
from nbreferee.record.gradebook import grade
from nbreferee.release import differences, publish, release
from nbreferee.run import cgroup
from nbreferee.run.cluster import spread
from nbreferee.run.grade import Assignment, autograde, sandboxed
from tests import missing
from tools.notebooks import ROOT

from . import submissions, tiny
from .tiny import ASSIGNMENT, hand_in, stand_in

NBREFEREE = Path(sys.executable).with_name("nbreferee")
NBGRADER = Path(sys.executable).with_name("nbgrader")
FILTERS = "01-filters"
QUICK = Limits(cell_seconds=2)


def run(course, *command, **options):
    """Run a command as a person would, its folder not on the PATH."""
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "COLUMNS": "200"}
    return subprocess.run(
        [str(part) for part in command],
        cwd=course.root,
        env=environment,
        capture_output=True,
        text=True,
        timeout=600,
        **options,
    )


def points(course, assignment=ASSIGNMENT):
    with course.gradebook() as gradebook:
        return {
            s["student"]: (s["score"], s["needs_manual_grade"])
            for s in gradebook.submission_dicts(assignment)
        }


def page(course, student, assignment=ASSIGNMENT):
    (path,) = feedback(course, assignment, [student])
    return path.read_text("utf-8")


# The main job: ten submissions of the first assignment, by the commands a person types.


@pytest.fixture(scope="module")
def filters(tmp_path_factory):
    missing.need_sandbox()
    root = tmp_path_factory.mktemp("filters")
    shutil.copy(ROOT / "nbgrader_config.py", root)
    shutil.copytree(ROOT / "solutions" / FILTERS, root / "solutions" / FILTERS)
    course = Course.find(root)
    ten = submissions.ten(course, FILTERS)
    (root / "submissions.zip").write_bytes(submissions.pack(ten, "canvas"))
    said = {
        command[0]: run(course, NBREFEREE, *command)
        for command in [
            ("collect", FILTERS, "submissions.zip"),
            ("grade", FILTERS),
            ("feedback", FILTERS),
            ("export", FILTERS, "-o", "grades.csv"),
        ]
    }
    return course, ten, said


def test_every_command_ends_well_and_names_the_file_that_cannot_be_read(filters):
    _, _, said = filters
    for result in said.values():
        assert result.returncode == 0, result.stdout + result.stderr
        assert result.stderr == ""
    assert "cut off or damaged" in said["collect"].stdout
    assert "cut off or damaged" in said["grade"].stdout
    assert "8 wait to be graded by hand" in said["grade"].stdout


def test_the_gradebook_holds_the_expected_scores(filters):
    course, ten, _ = filters
    expected = {str(h.number): (h.points, h.by_hand) for h in ten}
    found = {
        s.rpartition("-")[2]: score for s, score in points(course, FILTERS).items()
    }
    assert found == expected
    assert expected["1234501"] == (90, True)
    assert expected["1234503"] == (40, True)
    assert expected["1234504"] == expected["1234510"] == (0, False)


def test_every_student_gets_a_page(filters):
    course, ten, _ = filters
    pages = sorted(course.root.glob(f"feedback/*/{FILTERS}/filters.html"))
    assert len(pages) == len(ten)
    hidden = [
        line.strip()
        for cell in nbformat.read(course.notebook(FILTERS), as_version=4).cells
        if "BEGIN HIDDEN TESTS" in cell.source
        for line in cell.source.split("HIDDEN TESTS")[1].splitlines()
        if len(line.strip()) > 30 and "import" not in line
    ]
    assert len(hidden) > 10
    shown = release(FILTERS, course)
    for path in pages:
        text = path.read_text("utf-8")
        assert "BEGIN HIDDEN" not in text
        assert not [line for line in hidden if line in text and line not in shown]


def test_the_csv_holds_what_the_gradebook_holds(filters):
    course, ten, _ = filters
    with (course.root / "grades.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = {row["Number in LMS"]: row for row in csv.DictReader(file)}
    assert {n: float(row["Points"]) for n, row in rows.items()} == {
        str(h.number): h.points for h in ten
    }
    assert [n for n, row in rows.items() if row["Late"] == "yes"] == ["1234508"]


def test_a_second_run_grades_nothing_again(filters):
    course, _, _ = filters
    seen = []
    lines = grade(course, FILTERS, grader=stand_in(seen=seen))
    assert seen == []
    assert {line.state for line in lines} == {"kept"}


# What students hand in, through the sandbox and the referee.


def graded(course, **notebooks):
    """Grade notebooks under their students' names; return points and lines."""
    for student, nb in notebooks.items():
        hand_in(course, student, nb)
    return {line.student: line for line in grade(course, ASSIGNMENT)}


def edited(course, edit, **options):
    nb, _ = submissions.answered(course, ASSIGNMENT, **options)
    cells = {cell.id: cell for cell in nb.cells}
    edit(nb, cells)
    return nb


def test_odd_notebooks_are_graded_all_the_same(course):
    def warns(nb, cells):
        noise = "    warnings.warn('slow')\n    print('noise', file=sys.stderr)\n"
        cells["scale"].source = "import sys, warnings\n" + tiny.RIGHT["scale"].replace(
            "    if factor", f"{noise}    if factor"
        )

    def without_a_test(nb, cells):
        nb.cells.remove(cells["test-scale-hidden"])

    def easier(nb, cells):
        cells["test-average"].source = "pass"
        cells["test-average"].metadata.nbgrader.points = 90
        cells["average"].source = "def average(x, width):\n    return x"

    def twice(nb, cells):
        nb.cells.append(new_code_cell("x = 1"))
        nb.cells.append(cells["scale"].copy())
        nb.cells[-1].metadata.nbgrader.schema_version = 1
        nb.cells.append(
            new_code_cell("y = 2", metadata={"nbgrader": {"grade_id": "mine"}})
        )

    def almost_empty(nb, cells):
        nb.cells = [cells["words"]]

    found = graded(
        course,
        empty=edited(course, almost_empty),
        warns=edited(course, warns),
        without=edited(course, without_a_test),
        easier=edited(course, easier),
        twice=edited(course, twice),
        other=nbformat.v4.new_notebook(cells=[new_code_cell("1 + 1")]),
    )
    notes = {s: "; ".join(line.remarks) for s, line in found.items() if line.remarks}
    assert set(notes) == {"easier", "twice", "other", "empty"}
    assert "marked as `test-average`, but holds" in notes["easier"]
    assert "`scale` was there 2 times" in notes["twice"]
    assert "`scale` is not there" in notes["other"]
    assert "`average` is not there" in notes["empty"]
    assert {s: line.points for s, line in found.items()} == {
        "warns": 80,
        "without": 80,
        "easier": 60,
        "twice": 80,
        "other": 0,
        "empty": 0,
    }


def test_a_page_explains_and_gives_nothing_away(course):
    def hostile(nb, cells):
        cells["scale"].source = (
            "from IPython.display import HTML, Javascript, SVG, display\n"
            "display(HTML('<script>alert(1)</script><img src=x onerror=alert(2)>'))\n"
            "display(Javascript('alert(3)'))\n"
            "print('</pre><script>alert(4)</script>')\n"
            "def scale(x, factor):\n    return x * factor + 1"
        )
        cells[
            "average"
        ].source = (
            "def average(x, width):\n    raise IndexError('<script>alert(5)</script>')"
        )
        cells["words"].source = (
            "<script>alert(6)</script>\n\n"
            "[x](javascript:alert(7)) ![y](http://tracker/z.png)\n\n"
            "**bold** a < b"
        )

    line = graded(course, mean=edited(course, hostile))["mean"]
    assert (line.points, line.by_hand) == (30, True)
    text = page(course, "mean")
    tags = BeautifulSoup(text, "html.parser").find_all(True)
    assert not [
        tag for tag in tags if tag.name in ("script", "iframe", "svg", "object")
    ]
    assert not [name for tag in tags for name in tag.attrs if name.startswith("on")]
    sources = [tag.get("src") or tag.get("href") or "#" for tag in tags]
    assert not [s for s in sources if not s.startswith(("#", "data:image/"))]
    assert "default-src 'none'" in text
    assert "the first at [0]: 4, expected 3" in text
    assert "SECRET_ORACLE" not in text and "271828" not in text
    assert "IndexError: &lt;script&gt;" in text
    assert "<strong>bold</strong> a &lt; b" in text
    assert "not read yet" in text


def test_a_hidden_test_that_fails_with_the_answer_in_its_message_says_less(course):
    def wrong(nb, cells):
        cells["scale"].source = tiny.RIGHT["scale"].replace(
            "x * factor", "x * factor if x.max() < 1000 else x"
        )

    graded(course, wrong=edited(course, wrong))
    text = page(course, "wrong")
    assert "A hidden test did not pass." in text
    assert "314159" not in text and "271828" not in text


def test_files_beside_the_notebook_are_there_for_the_student_code(course):
    (course.root / "solutions" / ASSIGNMENT / "numbers.txt").write_text("2")

    def reads(nb, cells):
        cells["scale"].source = tiny.RIGHT["scale"].replace(
            "x * factor", "int(open('numbers.txt').read()) * x * factor / 2"
        )

    assert graded(course, reads=edited(course, reads))["reads"].points == 80
    publish(course, ASSIGNMENT)
    assert (course.root / "exercises" / ASSIGNMENT / "numbers.txt").read_text() == "2"


# What a run grades, and what it leaves alone.


@pytest.fixture
def three(course):
    right, _ = submissions.answered(course, ASSIGNMENT)
    for student in ("one", "two", "three"):
        hand_in(course, student, right)
    return course


def asked(course, **options):
    seen = []
    grade(course, ASSIGNMENT, grader=stand_in(seen=seen), **options)
    return sorted(seen)


def test_only_what_changed_is_graded_again(three):
    everybody = ["one", "three", "two"]
    assert asked(three) == everybody
    assert asked(three) == []
    hand_in(three, "two", nbformat.v4.new_notebook())
    assert asked(three) == ["two"]
    assert asked(three, again=True, students=["one"]) == ["one"]
    nb = tiny.source()
    nb.cells[0].source += "\nA new word in the text."
    tiny.write_solution(three.root, nb)
    assert asked(three) == []
    nb.cells[4].source += "\n# a new test"
    tiny.write_solution(three.root, nb)
    assert asked(three) == everybody


def test_points_given_by_hand_survive_a_second_grading(three):
    grade(three, ASSIGNMENT, grader=stand_in())
    with three.gradebook() as gradebook:
        mark = gradebook.find_grade("words", "tiny", ASSIGNMENT, "one")
        mark.manual_score, mark.needs_manual_grade = 7, False
        gradebook.db.commit()
    assert points(three)["one"] == (87, False)
    grade(
        three,
        ASSIGNMENT,
        ["one"],
        again=True,
        grader=stand_in(failing={"test-average"}),
    )
    assert points(three)["one"] == (67, True)  # to be looked at again


def test_a_submission_that_cannot_be_recorded_stops_nobody_else(three, monkeypatch):
    record = gradebook.record

    def fails_for_two(course, assignment, submission, graded, digest):
        if submission.student == "two":
            raise OSError("disk full")
        record(course, assignment, submission, graded, digest)

    monkeypatch.setattr(gradebook, "record", fails_for_two)
    lines = {line.student: line for line in grade(three, ASSIGNMENT, grader=stand_in())}
    assert lines["two"].state == "lost" and "disk full" in lines["two"].remarks[0]
    assert sorted(points(three)) == ["one", "three"]
    monkeypatch.setattr(gradebook, "record", record)
    assert asked(three) == ["two"]


def test_an_interrupted_run_loses_nothing(three):
    def stops(assignment, submissions):
        for count, (key, graded) in enumerate(stand_in()(assignment, submissions)):
            if count == 2:
                raise KeyboardInterrupt
            yield key, graded

    with pytest.raises(KeyboardInterrupt):
        grade(three, ASSIGNMENT, grader=stops)
    assert sorted(points(three)) == ["one", "three"]
    assert asked(three) == ["two"]


def test_a_grade_is_written_whole_or_not_at_all(three, monkeypatch):
    """An interrupt between a grade's parts: the old points stay, and are not exported as new."""
    from nbgrader.preprocessors import SaveAutoGrades

    grade(three, ASSIGNMENT, grader=stand_in())
    before = points(three)
    changed, _ = submissions.answered(three, ASSIGNMENT)
    changed.cells.append(new_code_cell("1"))
    hand_in(three, "one", changed)
    save = SaveAutoGrades.preprocess_cell

    def interrupted(self, cell, resources, index):
        if cell.get("id") == "test-average":
            raise KeyboardInterrupt
        return save(self, cell, resources, index)

    monkeypatch.setattr(SaveAutoGrades, "preprocess_cell", interrupted)
    with pytest.raises(KeyboardInterrupt):
        grade(three, ASSIGNMENT, grader=stand_in())
    monkeypatch.undo()
    assert points(three) == before
    made = export(three, [ASSIGNMENT])
    assert made.not_graded == ["one"]
    with pytest.raises(Problem, match="one: a newer attempt is not graded yet"):
        feedback(three, ASSIGNMENT)
    assert asked(three) == ["one"]
    assert points(three) == before
    assert export(three, [ASSIGNMENT]).not_graded == []


@pytest.mark.parametrize("layout", ["plain", "canvas"])
def test_a_newer_attempt_is_not_exported_with_the_points_of_an_older_one(three, layout):
    grade(three, ASSIGNMENT, grader=stand_in())
    hand_in(three, "two", nbformat.v4.new_notebook())
    made = export(three, [ASSIGNMENT], layout)
    assert made.not_graded == ["two"]
    place = made.rows[0].index("Points" if layout == "plain" else ASSIGNMENT)
    named = {row[0]: row[place] for row in made.rows[-3:]}
    assert named == {"one": 80, "three": 80, "two": None}


def test_what_came_while_a_submission_was_graded_is_graded_too(three):
    def slow(assignment, uploads):
        for key, graded in stand_in()(assignment, uploads):
            if key == "two":
                hand_in(three, "two", nbformat.v4.new_notebook())
            yield key, graded

    grade(three, ASSIGNMENT, grader=slow)
    assert asked(three) == ["two"]


def test_an_interrupt_that_python_drops_is_raised_at_the_next_submission(capsys):
    class Cleared:
        def __del__(self):
            raise KeyboardInterrupt

    with _lost_interrupts() as check:
        check()
        Cleared()
        with pytest.raises(KeyboardInterrupt):
            check()
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_a_real_run_that_is_stopped_goes_on_where_it_was(three, how):
    missing.need_sandbox()
    slow, _ = submissions.answered(three, ASSIGNMENT)
    slow.cells.append(new_code_cell("import time\ntime.sleep(15)"))
    hand_in(three, "three", slow)  # the run does not end by itself before it is stopped
    command = [str(NBREFEREE), "grade", ASSIGNMENT]
    process = subprocess.Popen(
        command,
        cwd=three.root,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    first = three.root / "autograded" / "one" / ASSIGNMENT / "tiny.ipynb"
    for _ in range(1200):
        if first.exists() or process.poll() is not None:
            break
        time.sleep(0.1)
    os.killpg(process.pid, how)  # as a terminal does: workers are told too
    said, errors = process.communicate(timeout=60)
    if how == signal.SIGINT:
        assert process.returncode == 130
        assert "the same command goes on" in said
        assert errors == ""
    assert "one" in points(three)
    assert "one" not in asked(three)
    assert sorted(points(three)) == ["one", "three", "two"]


def test_what_cannot_be_graded_is_said(course):
    with pytest.raises(Problem, match="nbreferee collect"):
        grade(course, ASSIGNMENT)
    hand_in(course, "one", data=b"<html>")
    with pytest.raises(Problem, match="nobody handed in nothing"):
        grade(course, ASSIGNMENT, ["nobody"])
    (line,) = grade(course, ASSIGNMENT)
    assert (line.points, line.verdict) == (0, "unreadable")
    assert "a web page, not a notebook" in page(course, "one")


@pytest.mark.parametrize("grader", [sandboxed, autograde])
def test_a_grader_takes_bytes_and_knows_no_course(
    course, grader, tmp_path, monkeypatch
):
    package = Assignment.load(course, ASSIGNMENT)
    right, _ = submissions.answered(course, ASSIGNMENT)
    shutil.rmtree(course.root)
    monkeypatch.chdir(tmp_path)
    without = edited_copy(right, lambda nb: nb.cells.pop())
    uploads = [
        ("right", nbformat.writes(right).encode()),
        ("broken", b"not a notebook"),
        ("without the words", nbformat.writes(without).encode()),
    ]
    found = dict(grader(package, uploads))
    verdicts = [graded.verdict for graded in found.values()]
    assert verdicts == ["ok", "unreadable", "ok"]
    for key in ("right", "without the words"):
        cells = found[key].notebook.cells
        outputs = [out for cell in cells for out in cell.get("outputs", [])]
        assert not [out for out in outputs if out.output_type == "error"]
        marks = [c.metadata.nbgrader for c in cells if "nbgrader" in c.metadata]
        assert "words" in {about.grade_id for about in marks}
    assert list(tmp_path.iterdir()) == []


def edited_copy(nb, edit):
    nb = nbformat.from_dict(json.loads(nbformat.writes(nb)))
    edit(nb)
    return nb


def test_an_endless_loop_costs_its_own_test_and_is_explained(course):
    def hangs(nb, cells):
        cells["scale"].source = "def scale(x, factor):\n    while True:\n        pass"

    hand_in(course, "hangs", edited(course, hangs))
    (line,) = grade(course, ASSIGNMENT, grader=partial(sandboxed, limits=QUICK))
    assert (line.points, line.verdict) == (50, "time")
    assert any("longer than 2 s" in remark for remark in line.remarks)
    assert "longer than 2 s" in page(course, "hangs")


def test_limits_given_to_the_command_reach_the_workers(course):
    def hangs(nb, cells):
        cells["scale"].source = "def scale(x, factor):\n    while True:\n        pass"

    for student in ("one", "two"):  # with two there are workers
        hand_in(course, student, edited(course, hangs))
    options = ("--cell-seconds", "2.5", "--memory", "2500")
    said = run(course, NBREFEREE, "grade", ASSIGNMENT, *options)
    assert said.returncode == 0, said.stderr
    reason = cgroup.way().reason
    watched = f"counted by watching it, for no cgroup can be made ({reason})"
    held = watched if reason else "held by a cgroup"
    assert f"Memory: 2,500 MB a submission, {held}." in said.stdout
    for student in ("one", "two"):
        assert "longer than 2.5 s" in page(course, student)


def test_a_solution_that_does_not_get_all_points_stops_the_grading(course):
    right, _ = submissions.answered(course, ASSIGNMENT)
    for student in ("one", "two"):
        hand_in(course, student, right)
    hand_in(course, "three", data=b"no notebook")
    nb = tiny.source()
    test = next(cell for cell in nb.cells if cell.id == "test-average")
    test.source += "\nassert False, 'too strict'"
    tiny.write_solution(course.root, nb)
    for students in (["one"], []):  # here, and on workers
        with pytest.raises(Problem, match="test-average"):
            grade(course, ASSIGNMENT, students, grader=spread(2))
    assert points(course) == {}


# Nobody grades without the sandbox by mistake.


def without_bubblewrap(three, folder, *options):
    """Run the command where the system has no bubblewrap."""
    folder.mkdir()
    for name in ("python", "nbreferee", "alembic"):
        (folder / name).symlink_to(NBREFEREE.with_name(name))
    environment = {**os.environ, "PATH": str(folder), "COLUMNS": "200"}
    return subprocess.run(
        [str(NBREFEREE), "grade", ASSIGNMENT, *options],
        cwd=three.root,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
    )


def test_without_a_sandbox_nothing_is_graded_and_what_is_missing_is_said(
    three, tmp_path
):
    said = without_bubblewrap(three, tmp_path / "bin")
    assert said.returncode == 1
    assert "sudo apt install bubblewrap" in said.stderr
    assert "Nothing was graded" in said.stderr
    assert points(three) == {}
    assert not (three.root / "autograded").exists()


def test_a_flag_with_a_plain_name_grades_without_a_sandbox(three, tmp_path):
    said = without_bubblewrap(
        three, tmp_path / "bin", "--student", "one", "--unsafe-no-sandbox"
    )
    assert said.returncode == 0, said.stdout + said.stderr
    assert points(three) == {"one": (80, True)}


def test_two_runs_at_once_in_a_course_are_refused(three):
    def grader(assignment, uploads):
        with pytest.raises(Problem, match=f"process {os.getpid()}.* is grading in"):
            grade(three, ASSIGNMENT, grader=stand_in())
        said = run(three, NBREFEREE, "grade", ASSIGNMENT)
        assert said.returncode == 1 and "is grading in" in said.stderr
        yield from stand_in()(assignment, uploads)

    grade(three, ASSIGNMENT, grader=grader)
    assert sorted(points(three)) == ["one", "three", "two"]
    assert asked(three) == []


def test_a_page_that_cannot_be_made_stops_no_other(three):
    grade(three, ASSIGNMENT, grader=stand_in())
    broken = three.root / "autograded" / "one" / ASSIGNMENT / "tiny.ipynb"
    broken.write_text("{}")
    with pytest.raises(Problem, match="2 pages, but none for one"):
        feedback(three, ASSIGNMENT)
    assert (three.root / "feedback" / "two" / ASSIGNMENT / "tiny.html").exists()


# Releases.


def test_a_release_is_what_nbgrader_makes_and_the_same_each_time(course):
    text = release(ASSIGNMENT, course)
    assert text == release(ASSIGNMENT, course)
    made = run(course, NBGRADER, "generate_assignment", ASSIGNMENT, "--no-db")
    assert made.returncode == 0, made.stderr
    path = course.root / "exercises" / ASSIGNMENT / "tiny.ipynb"
    assert path.read_text("utf-8") == text
    assert differences(course, ASSIGNMENT) == []


def test_a_release_holds_no_answer_and_no_hidden_test(course):
    content = json.loads(release(ASSIGNMENT, course))
    sources = {cell["id"]: "".join(cell["source"]) for cell in content["cells"]}
    assert "NotImplementedError" in sources["scale"]
    assert "x * factor" not in sources["scale"]
    hidden = sources["test-scale-hidden"].strip()
    assert hidden == "# Hidden: fresh numbers, and a factor of 0."
    assert "rotation" not in sources["words"]
    assert set(content["metadata"]) == {"kernelspec"}
    assert {key for cell in content["cells"] for key in cell["metadata"]} == {
        "nbgrader"
    }


def test_an_edited_exercise_is_told_of(course):
    said = run(course, NBREFEREE, "release")
    assert said.returncode == 0, said.stderr
    assert run(course, NBREFEREE, "release", "--check").returncode == 0
    path = course.root / "exercises" / ASSIGNMENT / "tiny.ipynb"
    path.write_text(path.read_text().replace("Scale and average", "Scale"))
    (path.parent / "notes.txt").write_text("mine")
    said = run(course, NBREFEREE, "release", "--check")
    assert said.returncode == 1
    assert (
        "tiny.ipynb differs" in said.stdout
        and "notes.txt does not belong" in said.stdout
    )


def test_a_repeated_id_is_refused_with_the_reason(course):
    nb = tiny.source()
    nb.cells[4].metadata.nbgrader.grade_id = "scale"
    tiny.write_solution(course.root, nb)
    with pytest.raises(Problem, match="Duplicate grade id: scale"):
        release(ASSIGNMENT, course)


def test_cells_cannot_be_added_under_students_who_have_grades(three):
    grade(three, ASSIGNMENT, grader=stand_in())
    nb = tiny.source()
    nb.cells.append(
        tiny.cell("code", "more", "pass", grade=True, locked=True, points=5)
    )
    tiny.write_solution(three.root, nb)
    with pytest.raises(Problem, match="Cannot add or remove cells"):
        grade(three, ASSIGNMENT, grader=stand_in())
