"""The commands that people type, and the files that tools read."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tools.notebooks import ROOT

SCRIPTS = Path(sys.executable).parent


def run(*command, cwd=ROOT, **options):
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, **options)


def test_make_alone_lists_every_target_with_a_line_of_help():
    listed = run("make").stdout
    makefile = (ROOT / "Makefile").read_text()
    targets = set(re.search(r"^\.PHONY: (.+)$", makefile, re.MULTILINE)[1].split())
    assert {
        "book",
        "test",
        "check",
        "serve",
        "release",
        "format",
        "colab",
        "clean",
    } <= targets
    for target in targets:
        assert re.search(rf"^  {target} +\S+", listed, re.MULTILINE), target


def command(folder, name, script):
    """Put a program into a folder."""
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


def a_copy(folder):
    """Copy what make reads before it installs."""
    for needed in ("Makefile", "requirements.txt", "pyproject.toml", "grader", "tools"):
        copy = shutil.copytree if (ROOT / needed).is_dir() else shutil.copy
        copy(ROOT / needed, folder / needed)


@pytest.mark.parametrize("version", ["3.9.2", "3.14.0"])
def test_a_python_that_does_not_fit_is_refused_with_the_reason(tmp_path, version):
    a_copy(tmp_path)
    (tmp_path / "bin").mkdir()
    for name in ("python3", "python3.13", "python3.12", "python3.11"):
        says = f'test "$1" = --version && echo Python {version} || exit 1'
        command(tmp_path / "bin", name, says)
    path = f"{tmp_path / 'bin'}:{os.environ['PATH']}"
    said = run("make", "book", cwd=tmp_path, env={**os.environ, "PATH": path})
    assert said.returncode != 0
    assert f"needs Python 3.11, 3.12 or 3.13; here is Python {version}" in said.stdout
    assert "TensorFlow and h5py" in said.stdout
    assert "Traceback" not in said.stdout + said.stderr


def test_make_takes_a_python_that_fits_where_python3_does_not(tmp_path):
    a_copy(tmp_path)
    (tmp_path / "bin").mkdir()
    for name in ("python3", "python3.13"):
        command(tmp_path / "bin", name, "exit 1")
    command(tmp_path / "bin", "python3.12", f'exec {sys.executable} "$@"')
    path = f"{tmp_path / 'bin'}:{os.environ['PATH']}"
    said = run("make", "-n", "book", cwd=tmp_path, env={**os.environ, "PATH": path})
    assert "\npython3.12 -m venv .venv\n" in said.stdout


def test_make_runs_short_whatever_gpu_there_is():
    environment = {k: v for k, v in os.environ.items() if k != "CONVBOOK_SCALE"}
    show = "include Makefile\nshow: ; @echo $$CONVBOOK_SCALE\n"
    said = run(
        "make", "--no-print-directory", "-f", "-", "show", input=show, env=environment
    )
    assert said.stdout == "short\n"
    environment["CONVBOOK_SCALE"] = "full"
    said = run(
        "make", "--no-print-directory", "-f", "-", "show", input=show, env=environment
    )
    assert said.stdout == "full\n"


def test_what_the_machine_lacks_is_said_in_one_line_with_the_command(tmp_path):
    for name in ("dirname", "cut", "grep", "cat"):
        (tmp_path / name).symlink_to(shutil.which(name))
    command(tmp_path, "id", "echo 1000")
    command(tmp_path, "apt-get", "exit 1")
    command(tmp_path, "apt-cache", "echo '  Candidate: 1.0'")
    tool = ROOT / "tools" / "system.sh"
    said = run(shutil.which("sh"), tool, "test", env={"PATH": str(tmp_path)})
    assert said.stdout.startswith("Missing: git (the tests of the repository); ")
    assert "bubblewrap (the grader's sandbox)" in said.stdout
    assert "To bring it: sudo apt-get install git bubblewrap chromium" in said.stdout
    assert said.stdout.count("\n") == 1
    assert said.stderr == ""


def test_serving_without_a_site_says_how_to_get_one(tmp_path):
    shutil.copy(ROOT / "Makefile", tmp_path)
    said = run("make", "serve", "INSTALLED=", cwd=tmp_path)
    assert said.returncode != 0
    assert "Say: make book" in said.stdout


@pytest.mark.skipif("PYTEST_XDIST_WORKER" not in os.environ, reason="one process")
def test_processes_keep_the_tests_of_a_file_together(request):
    """Otherwise several of them build the book in one folder at the same time."""
    assert request.node.nodeid.endswith("@tests/test_repository.py")


WORKFLOWS = sorted(map(str, ROOT.glob(".github/workflows/*.yml")))
FORMS = [
    str(path)
    for path in sorted(ROOT.glob(".github/ISSUE_TEMPLATE/*.yml"))
    if path.name != "config.yml"
]


@pytest.mark.parametrize(
    "command",
    [
        "zizmor --offline --no-progress .github",
        "check-jsonschema --builtin-schema vendor.github-workflows "
        + " ".join(WORKFLOWS),
        "check-jsonschema --builtin-schema vendor.github-issue-forms "
        + " ".join(FORMS),
        "pre-commit validate-config .pre-commit-config.yaml",
        "ruff format --check .",
        "ruff check .",
        "lint-imports --no-cache --no-logo",
        "mypy",
    ],
    ids=lambda command: " ".join(command.split()[:3]),
)
def test_linters_are_content(command):
    program, *arguments = command.split()
    done = run(SCRIPTS / program, *arguments)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("convbook/check.py", "import nbreferee"),
        ("nbreferee/text.py", "import convbook"),
        ("nbreferee/run/session.py", "from nbreferee.inside import warm"),
        ("nbreferee/inside/warm.py", "from nbreferee.run import rebuild"),
        ("nbreferee/inside/referee.py", "from nbreferee.inside import student"),
        ("nbreferee/run/grade.py", "from nbreferee.record import gradebook"),
    ],
)
def test_an_import_in_a_wrong_direction_is_found(tmp_path, path, line):
    for package in ("convbook", "tools", "grader/nbreferee"):
        ignored = shutil.ignore_patterns("__pycache__", "*.npz")
        name = Path(package).name
        shutil.copytree(ROOT / package, tmp_path / name, ignore=ignored)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    command = (SCRIPTS / "lint-imports", "--no-cache", "--no-logo")
    assert run(*command, cwd=tmp_path).returncode == 0
    with (tmp_path / path).open("a") as file:
        file.write(f"\n\ndef wrong():\n    {line}\n")
    said = run(*command, cwd=tmp_path)
    assert said.returncode == 1
    assert path.removesuffix(".py").replace("/", ".") in said.stdout


def test_each_promise_of_the_grader_names_its_test():
    guide = (ROOT / "guides" / "instructor.md").read_text()
    promises = guide.partition("This is what the grader holds.")[2]
    promises = re.findall(
        r"^- .+$", promises.partition("not promised:")[0], re.MULTILINE
    )
    assert promises
    for promise in promises:
        file, name = re.search(r"\(`(test_\w+\.py)`, `(test_\w+)`\)$", promise).groups()
        tests = (ROOT / "tests" / "nbreferee" / file).read_text()
        assert f"def {name}(" in tests, promise
