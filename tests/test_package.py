"""What gets installed: on Colab a small wheel that changes nothing, elsewhere exact pins."""

import re
import subprocess
import sys
import tomllib
import zipfile

import pytest

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
    assert all(re.match(r"^[\w.-]+==[\w.]+$", line) for line in pinned)
    chosen = []
    for project in (PROJECT, GRADER):
        extras = project["optional-dependencies"].values()
        chosen += project["dependencies"]
        chosen += [name for extra in extras for name in extra]
    assert names(chosen) <= names(pinned)


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
