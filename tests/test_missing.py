"""A machine that lacks a program that tests need."""

import os
import shutil
import subprocess
import sys

import pytest

from tools.notebooks import ROOT


@pytest.mark.parametrize("ci", ["", "true"])
def test_what_needs_a_missing_program_is_skipped_by_name_unless_ci_decides(
    tmp_path, ci
):
    """The path holds a shell alone: no bubblewrap, no Chromium."""
    (tmp_path / "sh").symlink_to(shutil.which("sh"))
    tests = (
        "tests/nbreferee/test_sandbox.py::test_there_is_no_network_not_even_loopback",
        "tests/test_player.py::test_it_is_accessible_in_both_themes[padded-light]",
    )
    ours = {k: v for k, v in os.environ.items() if not k.startswith("PYTEST_")}
    ours |= {"PATH": str(tmp_path), "CI": ci}
    command = (sys.executable, "-m", "pytest", "--quiet", "-p", "no:cacheprovider")
    said = subprocess.run(
        [*command, *tests], cwd=ROOT, env=ours, capture_output=True, text=True
    )
    assert said.returncode == (1 if ci else 0), said.stdout
    if not ci:
        assert (
            "1 left out: bubblewrap is missing here: the grader's sandbox"
            in said.stdout
        )
        assert "1 left out: chromium is missing here: the tests that" in said.stdout
        assert "2 skipped" in said.stdout
