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
    assert {"book", "test", "serve", "release", "format", "colab", "clean"} <= targets
    for target in targets:
        assert re.search(rf"^  {target} +\S+", listed, re.MULTILINE), target


def test_an_old_python_is_told_what_to_install(tmp_path):
    old = tmp_path / "python3"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)
    shutil.copy(ROOT / "Makefile", tmp_path)
    (tmp_path / "grader").mkdir()
    for needed in ("requirements.txt", "pyproject.toml", "grader/pyproject.toml"):
        shutil.copy(ROOT / needed, tmp_path / needed)
    said = run("make", "book", f"PYTHON={old}", cwd=tmp_path)
    assert said.returncode != 0
    assert "needs Python 3.11 or newer" in said.stdout


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
    ],
    ids=lambda command: " ".join(command.split()[:3]),
)
def test_linters_are_content(command):
    program, *arguments = command.split()
    done = run(SCRIPTS / program, *arguments)
    assert done.returncode == 0, done.stdout + done.stderr
