"""What all tests share: a quiet, repeatable environment, no downloads, notebooks run once."""

import base64
import os
import signal
from collections import Counter
from dataclasses import dataclass

# Before anything imports TensorFlow; the kernels that tests start inherit these.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TQDM_DISABLE", "1")
os.environ.setdefault("CONVBOOK_OFFLINE", "1")
os.environ.setdefault("CONVBOOK_SCALE", "short")

import nbformat
import pytest
from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn
from jupyter_cache.executors.utils import single_nb_execution

from tests import missing
from tools.notebooks import ROOT

# A job in the background ignores Ctrl-C, and so would what the tests start to interrupt it.
signal.signal(signal.SIGINT, signal.default_int_handler)

# Files whose tests share nothing, so that any process may run any of them.
SPREAD = ("solutions/test_answers.py", "nbreferee/test_assignments.py")
# Files that use the book's cache of executed chapters: one after another.
BOOK = ("tests/chapters/", "tests/test_site.py")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Say which tests stay together when several processes share the work.

    First, because pytest-xdist reads the marks in the same hook.
    """
    for item in items:
        path = item.path.relative_to(ROOT).as_posix()
        if not path.endswith(SPREAD):
            group = "book" if path.startswith(BOOK) else path
            item.add_marker(pytest.mark.xdist_group(group))


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
            terminalreporter.line(f"{count:5} tests: {why.removeprefix('Skipped: ')}")


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
    cache = get_cache(ROOT / "_build" / ".jupyter_cache")

    def run(chapter: str) -> Executed:
        path = ROOT / "chapters" / f"{chapter}.ipynb"
        notebook = nbformat.read(str(path), as_version=4)
        try:
            _, notebook = cache.merge_match_into_notebook(notebook)
        except KeyError:
            result = single_nb_execution(
                notebook, cwd=str(path.parent), timeout=900, allow_errors=False
            )
            if result.err is not None:
                pytest.fail(f"{chapter} does not run:\n{result.exc_string}")
            cache.cache_notebook_bundle(
                CacheBundleIn(
                    notebook, str(path), data={"execution_seconds": result.time}
                ),
                check_validity=False,
                overwrite=True,
            )
        return Executed(notebook)

    return run
