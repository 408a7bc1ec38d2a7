"""PostgreSQL as gradebook: a real server, started here, in a folder of its own."""

import os
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path

import pytest

from nbreferee.course import Course
from nbreferee.record.export import export
from nbreferee.record.feedback import feedback
from nbreferee.record.gradebook import grade
from nbreferee.run.cluster import spread
from tests import missing

from . import submissions, tiny
from .test_pipeline import NBREFEREE, asked, points, run
from .tiny import ASSIGNMENT, hand_in, stand_in


def program(name):
    """Return the path of one of PostgreSQL's programs; Debian keeps them off the PATH."""
    return shutil.which(name) or str(Path(missing.need("postgresql")).with_name(name))


@pytest.fixture(scope="module")
def server():
    """Start a server that listens on loopback alone; yield its address."""
    missing.need("postgresql")
    # PostgreSQL refuses to run as root; its user must be able to enter the folder.
    folder = Path(tempfile.mkdtemp(prefix="postgresql-"))
    as_user = []
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
        setpriv = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
        as_user = setpriv if shutil.which("setpriv") else ["runuser", "-u", "postgres"]
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    def call(name, *arguments):
        said = subprocess.run(
            [*as_user, program(name), *map(str, arguments)],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            capture_output=name != "pg_ctl",
            text=True,
            timeout=120,
        )
        assert said.returncode == 0, said.stderr

    data = folder / "data"
    call("initdb", "-D", data, "-U", "teacher", "-A", "trust", "-E", "UTF8", "-N")
    options = f"-h 127.0.0.1 -p {port} -k {folder} -c fsync=off"
    call("pg_ctl", "-D", data, "-l", folder / "log", "-o", options, "-w", "start")
    try:
        yield f"postgresql+psycopg://teacher@127.0.0.1:{port}"
    finally:
        call("pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")
        shutil.rmtree(folder)


@pytest.fixture
def course(server, tmp_path):
    """Make a course whose configuration names a database on the server."""
    import psycopg

    address = server.replace("+psycopg", "")
    with psycopg.connect(f"{address}/postgres", autocommit=True) as connection:
        connection.execute("CREATE DATABASE gradebook")
    made = tiny.make_course(tmp_path / "course")
    with (made.root / "nbgrader_config.py").open("a") as file:
        file.write(f'\nc.CourseDirectory.db_url = "{server}/gradebook"\n')
    yield Course.find(made.root)
    with psycopg.connect(f"{address}/postgres", autocommit=True) as connection:
        connection.execute("DROP DATABASE gradebook WITH (FORCE)")


def test_a_gradebook_in_postgresql(course):
    expected = {}
    for student, parts in [("one", 1), ("two", 0.5), ("three", 0)]:
        nb, score = submissions.answered(course, ASSIGNMENT, parts, words=parts > 0)
        hand_in(course, student, nb)
        expected[student] = (score, parts > 0)
    grade(course, ASSIGNMENT, ["one"], grader=stand_in(failing={"test-average"}))
    assert points(course) == {"one": (60, True)}
    with course.gradebook() as gradebook:
        assert gradebook.db.get_bind().dialect.name == "postgresql"
        mark = gradebook.find_grade("words", "tiny", ASSIGNMENT, "one")
        mark.manual_score, mark.needs_manual_grade = 7, False
        gradebook.db.commit()
    grade(course, ASSIGNMENT, again=True, grader=spread(2))
    expected["one"] = (87, True)  # by hand: kept, and to be looked at again
    assert points(course) == expected
    assert asked(course) == []
    assert len(feedback(course, ASSIGNMENT)) == 3
    rows = {row[0]: row for row in export(course, [ASSIGNMENT], "plain", "").rows}
    assert "87" in map(str, rows["one"]) or 87 in rows["one"]
    assert not (course.root / "gradebook.db").exists()


def test_the_commands_work_on_postgresql(course):
    hand_in(course, "one", submissions.answered(course, ASSIGNMENT)[0])
    said = run(course, NBREFEREE, "grade", ASSIGNMENT)
    assert said.returncode == 0, said.stdout + said.stderr
    assert points(course) == {"one": (80, True)}
