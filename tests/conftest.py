"""What all tests share: a quiet, repeatable environment, no downloads, notebooks run once."""

import base64
import fcntl
import functools
import os
import re
import signal
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass

# Before anything imports TensorFlow; the kernels that tests start inherit these.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TQDM_DISABLE", "1")
os.environ.setdefault("CONVBOOK_OFFLINE", "1")
os.environ.setdefault("CONVBOOK_SCALE", "short")
# Processes that work side by side share the cores; more threads than cores only wait.
if workers := int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", 0)):
    for name in ("OMP", "OPENBLAS", "MKL", "TF_NUM_INTRAOP", "TF_NUM_INTEROP"):
        threads = str(max(1, (os.cpu_count() or 1) // workers))
        name = f"{name}_THREADS" if name.startswith("TF") else f"{name}_NUM_THREADS"
        os.environ.setdefault(name, threads)

import nbformat
import pytest
from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn
from jupyter_cache.executors.utils import single_nb_execution

from tests import missing
from tools.notebooks import ROOT

# A job in the background ignores Ctrl-C, and so would what the tests start to interrupt it.
signal.signal(signal.SIGINT, signal.default_int_handler)

# What `--quick` leaves out: all that trains, executes, grades or opens a browser.
SLOW = (
    "tests/chapters",
    "tests/solutions",
    "tests/test_benchmarks.py",
    "tests/test_downloaded.py",
    "tests/test_efficientnet.py",
    "tests/test_missing.py",
    "tests/test_player.py",
    "tests/test_site.py",
    *(
        f"tests/nbreferee/test_{name}.py"
        for name in (
            *("assignments", "attacks", "cluster", "formgrader"),
            *("pipeline", "postgresql", "referee", "sandbox"),
        )
    ),
)

# The order in which processes take up work: what takes long comes first, the site when all
# chapters are likely to have run, and what is short and alone fills the gaps at the end.
ORDER = ("chapter", "assignment", "answers", "tests/", "site", "")


def pytest_addoption(parser):
    parser.addoption("--quick", action="store_true", help="what `make check` runs")


def pytest_ignore_collect(collection_path, config):
    path = collection_path.relative_to(ROOT).as_posix()
    return True if config.getoption("quick") and path in SLOW else None


def group_of(item):
    """Name what must run in one process, because it shares something that is dear to make.

    A chapter is executed once, a warm sandbox and a solution's run serve all answers of an
    assignment. Attacks share nothing, so that any process may run any of them.
    """
    path = item.path.relative_to(ROOT).as_posix()
    given = getattr(item, "callspec", None)
    params = given.params if given else {}
    if path.startswith("tests/chapters/"):
        number = re.search(r"test_(\d+)_", path) or re.match(r"(\d+)-", params["name"])
        return f"chapter {number[1]}"
    if path.endswith("nbreferee/test_assignments.py"):
        found = params.get("assignment") or params["path"].parts[-3]
        return f"assignment {found}"
    if path.endswith("solutions/test_answers.py"):
        return "answers"
    if path.endswith("tests/test_site.py"):
        return f"site {sum(map(ord, params.get('page', ''))) % 2}"
    if path.endswith("nbreferee/test_attacks.py"):
        return ""
    return path


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Say which tests stay together when several processes share the work, and their order.

    First, because pytest-xdist reads the marks in the same hook.
    """
    groups = {item.nodeid: group_of(item) for item in items}

    def order(item):
        group = groups[item.nodeid]
        return next(i for i, start in enumerate(ORDER) if group.startswith(start))

    # Later chapters train more; all else keeps its order.
    items.sort(key=lambda item: (order(item), -chapter_number(groups[item.nodeid])))
    for item in items:
        if group := groups[item.nodeid]:
            item.add_marker(pytest.mark.xdist_group(group))


def chapter_number(group):
    number = re.match(r"(?:chapter|assignment) (\d+)", group)
    return int(number[1]) if number else 0


@contextmanager
def alone(name, shared=False):
    """Keep the other test processes out; the lock goes with its process, however it ends."""
    folder = ROOT / "_build" / ".locks"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / name).open("w") as file:
        fcntl.flock(file, fcntl.LOCK_SH if shared else fcntl.LOCK_EX)
        yield


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Skip what the grader refuses to do where bubblewrap does not work."""
    report = yield
    refused = report.failed and "The sandbox needs" in report.longreprtext
    if refused and not missing.sandbox() and not missing.in_ci():
        report.outcome = "skipped"
        report.longrepr = (
            str(item.path),
            0,
            f"Skipped: {missing.reason('bubblewrap')}",
        )
    return report


def pytest_terminal_summary(terminalreporter):
    """Close with what was not tested, and why."""
    skipped = [
        report.longrepr[2] for report in terminalreporter.stats.get("skipped", [])
    ]
    reasons = Counter(why for why in skipped if missing.SENTENCE in why)
    if reasons:
        terminalreporter.section("NOT TESTED ON THIS MACHINE", sep="=", yellow=True)
        for why, count in reasons.most_common():
            terminalreporter.line(
                f"{count:5} left out: {why.removeprefix('Skipped: ')}"
            )


@dataclass
class Executed:
    """A chapter after its run; cells are found by their id."""

    notebook: nbformat.NotebookNode

    def outputs(self, cell_id: str) -> list:
        (cell,) = [c for c in self.notebook.cells if c.id == cell_id]
        return cell.outputs

    def text(self, cell_id: str) -> str:
        """Return what the cell printed, followed by the plain text of its results."""
        return "".join(
            o.text if o.output_type == "stream" else o.data.get("text/plain", "")
            for o in self.outputs(cell_id)
            if "image/png" not in o.get("data", {})  # a picture's text is its size
        )

    def html(self, cell_id: str) -> str:
        return "".join(
            o.data.get("text/html", "")
            for o in self.outputs(cell_id)
            if o.output_type != "stream"
        )

    def images(self, cell_id: str) -> list[bytes]:
        return [
            base64.b64decode(o.data["image/png"])
            for o in self.outputs(cell_id)
            if "image/png" in o.get("data", {})
        ]


@pytest.fixture(scope="session")
def executed():
    """Give `executed("01-filters")`: the chapter, run or taken from the book's own cache."""
    with alone("cache"):
        cache = get_cache(ROOT / "_build" / ".jupyter_cache")

    @functools.cache
    def run(chapter: str) -> Executed:
        path = ROOT / "chapters" / f"{chapter}.ipynb"
        notebook = nbformat.read(str(path), as_version=4)
        with alone(chapter):
            try:
                with alone("cache"):
                    _, notebook = cache.merge_match_into_notebook(notebook)
            except KeyError:
                result = single_nb_execution(
                    notebook, cwd=str(path.parent), timeout=900, allow_errors=False
                )
                if result.err is not None:
                    pytest.fail(f"{chapter} does not run:\n{result.exc_string}")
                bundle = CacheBundleIn(
                    notebook, str(path), data={"execution_seconds": result.time}
                )
                with alone("cache"):
                    cache.cache_notebook_bundle(
                        bundle, check_validity=False, overwrite=True
                    )
        return Executed(notebook)

    return run
