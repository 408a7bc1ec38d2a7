"""A large class through collect, grade, feedback and export, the grading killed twice.

    python benchmarks/crowd.py [--submissions 300] [--workers 2] [--assignment 01-filters]
    python benchmarks/crowd.py --submissions 500 --kills 0
    python benchmarks/crowd.py --submissions 4 --kills 0 --attacks one_blob_many_times memory_bomb

Without an assignment's name it takes the small one of the grader's tests, and a quarter of the
class are the attacks of `tests/nbreferee/attacks`; with a name, hostile code stands in a cell of
their own. The others are right, half right and untouched. With `--attacks` there is a class for
each of them, in which everybody hands in that attack. The run of `nbreferee grade` is ended
with `kill -9` after a third and after two thirds; `--kills 0` lets it run through, to see how time
and memory grow with the class. Printed are the submissions that are lost or have another score
than expected (none), those that were graded twice (none), what lies on the disk afterwards, seconds
a submission of each step, and the most memory that was taken: by the step's own process, which
coordinates, and by a worker, as the kernel remembers it; by all processes in one sandbox and by all
together at a time (pages that several share are divided up), looked at five times a second. The
exit code is 1 if any are lost, wrong or double.
"""

from __future__ import annotations

import argparse
import csv
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import cycle, islice, repeat
from pathlib import Path

import nbformat
import psutil
from nbformat.v4 import new_code_cell

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from nbreferee.course import Course  # noqa: E402
from tests.nbreferee import submissions, tiny  # noqa: E402
from tests.nbreferee.test_attacks import ATTACKS, Attack  # noqa: E402

NBREFEREE = Path(sys.executable).with_name("nbreferee")
TINY = "00-tiny"
# Both assignments take a few seconds and little memory.
LIMITS = ["--cell-seconds", 10, "--seconds", 60, "--memory", 1024]
# What students might put into a cell of their own; it is worth no points and costs none.
HOSTILE = {
    "leaves its process": "import os\nos._exit(0)",
    "never ends": "while True:\n    pass",
    "takes all memory": "hoard = []\nwhile True:\n    hoard.append(bytearray(1 << 26))",
    "writes the gradebook": (
        "import glob, sqlite3\n"
        "for path in glob.glob('/**/gradebook.db', recursive=True):\n"
        "    sqlite3.connect(path).execute('UPDATE grade SET auto_score = 99')"
    ),
    "patches the tests": (
        "import numpy as np\nfrom convbook import check\n"
        "check.equal = check.that = check.raises = lambda *args, **kwargs: None\n"
        "np.testing.assert_allclose = lambda *args, **kwargs: None"
    ),
}

Given = tuple[str, bytes, float]  # what it is, the notebook, its honest points


def small() -> Iterator[Given]:
    """Yield submissions of the tests' small assignment, every fourth an attack, forever."""
    attacks = cycle(Attack.read(path) for path in ATTACKS)
    some = ["scale", "average"]
    plain = [
        ("right", tiny.notebook(tiny.RIGHT), tiny.TOTAL),
        ("half right", tiny.notebook({name: tiny.RIGHT[name] for name in some}), 50),
        ("untouched", tiny.notebook(), 0),
    ]
    while True:
        for kind, notebook, points in plain:
            yield kind, nbformat.writes(nbformat.from_dict(notebook)).encode(), points
        yield handed_in(next(attacks))


def handed_in(attack: Attack) -> Given:
    """Return an attack as a submission."""
    return f"attack: {attack.says}", attack.submission(), attack.honest


def answers(course: Course, assignment: str) -> Iterator[Given]:
    """Yield submissions of an assignment, every fourth with a hostile cell, forever."""
    hostile = cycle(HOSTILE.items())
    plain = [
        (kind, *submissions.answered(course, assignment, parts))
        for kind, parts in [("right", 1), ("half right", 0.5), ("untouched", 0)]
    ]
    while True:
        for kind, notebook, points in plain:
            yield kind, nbformat.writes(notebook).encode(), points
        what, code = next(hostile)
        notebook, points = submissions.answered(course, assignment, 0.5)
        notebook.cells.append(new_code_cell(code))
        yield f"hostile: {what}", nbformat.writes(notebook).encode(), points


def make_course(folder: Path, assignment: str) -> Course:
    """Copy the configuration and one assignment into a folder."""
    shutil.copy(ROOT / "nbgrader_config.py", folder)
    place = folder / "solutions" / assignment
    if assignment == TINY:
        place.mkdir(parents=True)
        nbformat.write(tiny.source(), place / "tiny.ipynb")
    else:
        shutil.copytree(ROOT / "solutions" / assignment, place)
    return Course.find(folder)


@dataclass
class Spent:
    """What a step took: seconds, and bytes of its own process, a worker, a sandbox, and all."""

    seconds: float = 0.0
    own: int = 0
    worker: int = 0
    sandbox: int = 0
    together: int = 0

    def look(self, process: psutil.Process) -> None:
        """Note the memory, if it is the most so far."""
        with suppress(psutil.Error):
            self.own = max(self.own, peak(process.pid))
            family = [process, *process.children(recursive=True)]
            sizes = {one: size for one in family if (size := shared(one))}
            self.together = max(self.together, sum(sizes.values()))
            names = {one.pid: one.name() for one in sizes if one.is_running()}
            for one in sizes:
                parent = one.ppid()
                # Bubblewrap starts itself again in the sandbox.
                if names.get(one.pid) == "bwrap" and names.get(parent) != "bwrap":
                    inside = [one, *one.children(recursive=True)]
                    held = sum(sizes.get(each, 0) for each in inside)
                    self.sandbox = max(self.sandbox, held)
                    self.worker = max(self.worker, peak(parent))


def peak(pid: int) -> int:
    """Return the most memory that a process has had, in bytes; 0 if it is gone."""
    with suppress(OSError, StopIteration):
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
        return int(next(line for line in lines if "VmHWM" in line).split()[1]) << 10
    return 0


def shared(process: psutil.Process) -> int:
    """Return a process's memory, pages that several share divided up; 0 if it is gone."""
    with suppress(psutil.Error):
        return process.memory_full_info().pss
    return 0


def nbreferee(
    course: Course,
    *command: object,
    spent: Spent | None = None,
    until: Callable[[], bool] = lambda: False,
) -> Spent:
    """Run a command to its end, or until it is to be killed; add what it took."""
    spent, started = spent or Spent(), time.perf_counter()
    process = psutil.Popen(
        [str(NBREFEREE), *map(str, command)],
        cwd=course.root,
        stdout=subprocess.DEVNULL,
    )
    looked, killed = 0.0, False
    while process.poll() is None:
        if until():
            process.kill()
            killed = True
            break
        if time.perf_counter() - looked > 0.2:
            spent.look(process)
            looked = time.perf_counter()
        time.sleep(0.05)
    status = process.wait()
    if status != (-9 if killed else 0):
        raise SystemExit(f"nbreferee {command[0]} ended with {status}.")
    spent.seconds += time.perf_counter() - started
    return spent


def graded(course: Course, assignment: str) -> dict[str, int]:
    """Return when each grade was written, by student."""
    paths = course.root.glob(f"autograded/*/{assignment}/*.ipynb")
    return {path.parts[-3]: path.stat().st_mtime_ns for path in paths}


def through(
    course: Course, assignment: str, crowd: list[Given], workers: int, kills: int
) -> int:
    """Take a class through all steps; print what came of it, return how much is wrong."""
    count, name = len(crowd), course.notebook(assignment).name
    hand_ins = [
        submissions.HandIn(f"Student {n}", 10_000 + n, points, False, [(name, data)])
        for n, (_, data, points) in enumerate(crowd)
    ]
    (course.root / "class.zip").write_bytes(submissions.pack(hand_ins))
    steps = {"collect": nbreferee(course, "collect", assignment, "class.zip")}
    steps["grade"], before, twice = Spent(), {}, 0
    command = ["grade", assignment, "--workers", workers, *LIMITS]
    for part in range(1, kills + 1):
        enough = count * part // (kills + 1)

        def until(enough: int = enough) -> bool:
            return len(graded(course, assignment)) >= enough

        nbreferee(course, *command, spent=steps["grade"], until=until)
        now = graded(course, assignment)
        print(f"  kill -9 at {len(now)} graded", flush=True)
        twice += sum(now[student] != when for student, when in before.items())
        before = now
    nbreferee(course, *command, spent=steps["grade"])
    now = graded(course, assignment)
    twice += sum(now[student] != when for student, when in before.items())
    steps["feedback"] = nbreferee(course, "feedback", assignment)
    steps["export"] = nbreferee(course, "export", assignment, "-o", "grades.csv")

    with (course.root / "grades.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = {int(row["Number in LMS"]): row for row in csv.DictReader(file)}
    pages = len(list(course.root.glob(f"feedback/*/{assignment}/*.html")))
    lost, other = 0, 0
    for hand_in, (kind, _, points) in zip(hand_ins, crowd, strict=True):
        row = rows.get(hand_in.number)
        if row is None:
            lost += 1
            print(f"  lost: {hand_in.student}, {kind}")
        elif float(row["Points"] or 0) != points:
            other += 1
            said = row["Points"]
            print(f"  {hand_in.student}, {kind}: {said} instead of {points} points")
    kinds = Counter(kind.split(":")[0] for kind, _, _ in crowd)
    print(", ".join(f"{number} {kind}" for kind, number in kinds.items()))
    print(
        f"{len(rows)} of {count} in the CSV, {pages} pages; {lost} lost, "
        f"{other} with another score than expected, {twice} graded twice"
    )
    held = sum(p.stat().st_size for p in course.root.rglob("*") if p.is_file())
    print(f"{held >> 20} MB on the disk; MB of memory:")
    print("step          seconds  a submission     own  worker  sandbox  together")
    for step, spent in steps.items():
        each = spent.seconds / count
        own, worker = spent.own >> 20, spent.worker >> 20
        sandbox, together = spent.sandbox >> 20, spent.together >> 20
        memory = f"{own:8}{worker:8}{sandbox:9}{together:10}"
        print(f"{step:9}{spent.seconds:12.1f}{each:14.3f}{memory}")
    return lost + other + twice + count - pages


def main() -> None:
    """Run, and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--submissions", type=int, default=300)
    parser.add_argument("--workers", type=int, default=os.cpu_count())
    parser.add_argument("--assignment", default=TINY)
    parser.add_argument("--kills", type=int, default=2)
    parser.add_argument("--attacks", nargs="+", default=[], metavar="NAME")
    options = parser.parse_args()
    wrong = 0
    for attack in options.attacks or [""]:
        with tempfile.TemporaryDirectory() as folder:
            course = make_course(Path(folder), options.assignment)
            if attack:
                path = next(path for path in ATTACKS if path.stem == attack)
                source = repeat(handed_in(Attack.read(path)))
            elif options.assignment == TINY:
                source = small()
            else:
                source = answers(course, options.assignment)
            crowd = list(islice(source, options.submissions))
            print(
                f"{attack or options.assignment}: {len(crowd)} submissions, "
                f"{options.workers} workers"
            )
            wrong += through(
                course, options.assignment, crowd, options.workers, options.kills
            )
    raise SystemExit(1 if wrong else 0)


if __name__ == "__main__":
    main()
