"""Grading on a Dask cluster: what is lost when workers and coordinators are killed."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell

from nbreferee.course import Problem
from nbreferee.record.gradebook import grade
from nbreferee.run import cgroup
from nbreferee.run.cluster import spread, ways
from nbreferee.run.grade import Assignment, grade_bytes
from tests import missing

from . import submissions
from .test_pipeline import NBREFEREE, asked, points
from .tiny import ASSIGNMENT, hand_in

DASK = Path(sys.executable).with_name("dask")


def wait_for(condition, seconds=120):
    """Wait until something holds; return it."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = condition()
        if found:
            return found
        time.sleep(0.05)
    raise TimeoutError("it does not come to pass")


class Cluster:
    """A scheduler and workers as processes of their own, in empty folders of their own."""

    def __init__(self, folder):
        self.folder, self.processes = folder, []
        file = folder / "scheduler.txt"
        self.start("scheduler", "--port", "0", "--no-dashboard", out=file)
        said = wait_for(
            lambda: "Scheduler at:" in file.read_text() and file.read_text()
        )
        place = said.split("Scheduler at:")[1].split()[0]
        self.address = f"tcp://127.0.0.1:{place.rpartition(':')[2]}"

    def start(self, *command, out=None):
        home = self.folder / f"home-{len(self.processes)}"
        home.mkdir()
        environment = {
            "PATH": f"{DASK.parent}:/usr/sbin:/usr/bin:/bin",
            "HOME": str(home),
            "OMP_NUM_THREADS": "1",
        }
        log = (out or home.with_suffix(".txt")).open("w")
        process = subprocess.Popen(
            [str(DASK), *command],
            cwd=home,
            env=environment,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        self.processes.append(process)
        return process

    def worker(self, *options):
        return self.start(
            "worker",
            self.address,
            "--nthreads",
            "1",
            "--no-dashboard",
            "--local-directory",
            ".",
            *options,
        )

    def close(self):
        for process in self.processes:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


@pytest.fixture
def cluster(tmp_path):
    cluster = Cluster(tmp_path)
    yield cluster
    cluster.close()


def crowd(course, count=10):
    """Hand in right, half right and untouched notebooks; return what they should get."""
    expected = {}
    for number in range(count):
        parts = (1, 0.5, 0)[number % 3]
        nb, score = submissions.answered(course, ASSIGNMENT, parts, words=parts > 0)
        expected[f"s{number:02}"] = (score, parts > 0)
        hand_in(course, f"s{number:02}", nb)
    return expected


def test_a_killed_worker_loses_no_submission(course, cluster):
    expected = crowd(course)
    first, _ = cluster.worker("--no-nanny"), cluster.worker("--no-nanny")
    seen = []

    def progress(done, total, student):
        seen.append(done)
        if done == 3:
            os.killpg(first.pid, signal.SIGKILL)
            first.wait()

    lines = grade(
        course,
        ASSIGNMENT,
        grader=spread(scheduler=cluster.address),
        progress=progress,
    )
    assert first.returncode == -signal.SIGKILL
    assert points(course) == expected
    assert {line.state for line in lines} == {"graded"}
    assert {line.verdict for line in lines} == {"ok"}
    assert seen == list(range(len(expected) + 1))


def recorded(course):
    """When each grade was written, by student."""
    paths = course.root.glob(f"autograded/*/{ASSIGNMENT}/tiny.ipynb")
    return {path.parts[-3]: path.stat().st_mtime_ns for path in paths}


def test_a_run_killed_twice_is_finished_by_a_third(course):
    missing.need_sandbox()
    expected = crowd(course, 12)
    before = {}
    for kill_at in (3, 7):
        process = subprocess.Popen(
            [str(NBREFEREE), "grade", ASSIGNMENT, "--workers", "2"],
            cwd=course.root,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        while process.poll() is None and len(recorded(course)) < kill_at:
            time.sleep(0.02)
        process.kill()
        assert process.wait() == -signal.SIGKILL
        found = recorded(course)
        assert kill_at <= len(found) < len(expected)
        assert before.items() <= found.items(), "something was graded twice"
        before = found
    lines = grade(course, ASSIGNMENT, grader=spread(2))
    assert points(course) == expected
    assert {line.student for line in lines if line.state == "kept"} == set(before)
    assert before.items() <= recorded(course).items()
    assert asked(course) == []


def kills_its_worker(source, released, files, data, limits, setting):
    if b"kill the worker" in data:
        os._exit(9)
    return grade_bytes(source, released, files, data, limits, setting)


def test_a_submission_that_kills_its_workers_stops_no_other(course, monkeypatch):
    expected = crowd(course, 5)
    nb, _ = submissions.answered(course, ASSIGNMENT)
    nb.cells.append(new_code_cell("kill the worker"))
    hand_in(course, "s02", nb)
    expected["s02"] = (0, False)
    monkeypatch.setattr("nbreferee.run.cluster.work", kills_its_worker)
    lines = {line.student: line for line in grade(course, ASSIGNMENT, grader=spread(2))}
    assert points(course) == expected
    verdicts = {student: line.verdict for student, line in lines.items()}
    assert verdicts == {s: "failed" if s == "s02" else "ok" for s in expected}
    assert "each worker that was given" in lines["s02"].remarks[0]


def test_a_worker_needs_no_nbgrader_and_opens_no_gradebook(course, tmp_path):
    right, _ = submissions.answered(course, ASSIGNMENT)
    package = Assignment.load(course, ASSIGNMENT)
    for name, data in [
        ("source", package.source),
        ("released", package.released),
        ("data", nbformat.writes(right).encode()),
    ]:
        (tmp_path / name).write_bytes(data)
    code = """
import json, sys
for name in ("nbgrader", "sqlalchemy", "nbconvert", "jupyter_client"):
    sys.modules[name] = None
from nbreferee.run.worker import work
from nbreferee.setting import Setting
parts = [open(name, "rb").read() for name in ("source", "released", "data")]
setting = Setting(("convbook",))
print(json.loads(work(parts[0], parts[1], {}, parts[2], None, setting))["verdict"])
"""
    said = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert said.stdout == "ok\n", said.stderr


def test_each_worker_says_what_holds_the_memory_of_submissions(cluster):
    assert ways(cluster.address) == []
    for _ in range(2):
        cluster.worker()
    said = wait_for(lambda: len(both := ways(cluster.address)) == 2 and both)
    for way in said:
        assert (way.words, way.reason) == (cgroup.way().words, cgroup.way().reason)


def test_a_cluster_that_is_not_there_is_said(course, cluster, monkeypatch):
    crowd(course, 2)
    monkeypatch.setattr("nbreferee.run.cluster.PATIENCE", 0.0)
    with pytest.raises(Problem, match=r"has no worker.*dask worker"):
        grade(course, ASSIGNMENT, grader=spread(scheduler=cluster.address))
    cluster.close()
    with pytest.raises(Problem, match=r"No Dask scheduler answers"):
        grade(course, ASSIGNMENT, grader=spread(scheduler=cluster.address))
    assert points(course) == {}


def cannot_import(*facts):
    raise ModuleNotFoundError("No module named 'convbook'")


def test_workers_that_cannot_grade_cost_nobody_points(course, monkeypatch):
    crowd(course, 3)
    monkeypatch.setattr("nbreferee.run.cluster.work", cannot_import)
    with pytest.raises(Problem, match=r"needs the same\s+Python"):
        grade(course, ASSIGNMENT, grader=spread(2))
    assert points(course) == {}
