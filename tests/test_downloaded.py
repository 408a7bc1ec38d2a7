"""A notebook that somebody downloads, on a machine that has nothing of the course."""

import os
import re
import subprocess
import sysconfig
import venv
from pathlib import Path

import nbformat

from tests.colab import run as run_on_colab
from tools import wheels
from tools.notebooks import ROOT


def run(command, folder, environment):
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True
    )


def an_environment_without_the_course(folder):
    """Make one that has every other package, so that nothing is downloaded."""
    venv.create(folder, symlinks=True)
    ours = Path(sysconfig.get_path("purelib"))
    theirs = Path(sysconfig.get_path("purelib", vars={"base": str(folder)}))
    theirs.mkdir(parents=True, exist_ok=True)
    for path in ours.iterdir():
        if not re.match(r"(__editable__|_?convbook|nbreferee)", path.name):
            (theirs / path.name).symlink_to(path)
    return folder / "bin" / "python"


def test_a_downloaded_notebook_runs_where_only_the_wheel_is_to_be_had(tmp_path):
    python = an_environment_without_the_course(tmp_path / "environment")
    wheel = next(path for path in wheels.build(tmp_path) if "convbook-" in path.name)
    notebook = run_on_colab.as_on_colab(ROOT / "chapters" / "01-filters.ipynb", wheel)
    nbformat.write(notebook, str(tmp_path / "01-filters.ipynb"))
    command = [python, "-c", run_on_colab.EXECUTE, "01-filters.ipynb", "."]
    clean = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
    clean |= {"PIP_NO_INDEX": "1", "MPLBACKEND": "agg"}
    before = run([python, "-c", "import convbook"], tmp_path, clean)
    assert "No module named 'convbook'" in before.stderr
    done = run(command, tmp_path, clean)
    assert done.returncode == 0, done.stderr[-3000:]
    after = run(
        [python, "-c", "import convbook; print(convbook.__file__)"], tmp_path, clean
    )
    assert after.stdout.startswith(str(tmp_path / "environment"))
