"""nbgrader's formgrader in a real browser, on what the sandbox has graded."""

import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import expect, sync_playwright

from nbreferee.record.gradebook import grade
from nbreferee.run.grade import sandboxed
from tests import missing

from . import submissions
from .tiny import ASSIGNMENT, hand_in

JUPYTER = Path(sys.executable).with_name("jupyter")


@pytest.fixture
def formgrader(course):
    """Grade a right submission, and serve formgrader as `jupyter lab` does."""
    right, _ = submissions.answered(course, ASSIGNMENT)
    hand_in(course, "one", right)
    grade(course, ASSIGNMENT, grader=sandboxed)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = ["--no-browser", "--allow-root", "--IdentityProvider.token="]
    server = subprocess.Popen(
        [str(JUPYTER), "lab", *options, f"--ServerApp.port={port}"],
        cwd=course.root,
        env={**os.environ, "PATH": f"{JUPYTER.parent}:{os.environ['PATH']}"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in range(240):
            with suppress(OSError):
                urllib.request.urlopen(f"{url}/api")
                break
            time.sleep(0.5)
        yield f"{url}/formgrader"
    finally:
        server.terminate()
        server.wait(60)


def test_points_typed_into_formgrader_are_kept(course, formgrader):
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=missing.need("chromium"),
            args=["--no-sandbox", "--disable-gpu"],
        )
        tab = chromium.new_page()
        tab.set_default_timeout(60_000)
        tab.goto(f"{formgrader}/gradebook/{ASSIGNMENT}/tiny")
        expect(tab.locator("tbody")).to_contain_text("80 / 100", timeout=60_000)
        tab.goto(formgrader)
        expect(tab.locator("tbody")).to_contain_text(ASSIGNMENT, timeout=60_000)
        tab.goto(f"{formgrader}/gradebook/{ASSIGNMENT}/tiny")
        tab.locator("tbody a", has_text=re.compile("Submission")).first.click()
        # The part that a person reads has the last box for points that is no extra credit.
        answer = tab.locator(".panel", has_text="Student's answer").last
        box = answer.locator("input.score").first
        # The mark comes with the grades; what is typed before it nobody listens to.
        expect(box).to_have_class(re.compile("needs_manual_grade"), timeout=60_000)
        with tab.expect_response(re.compile(r"/api/grade/")) as saved:
            box.fill("7")
            box.blur()
        assert saved.value.ok
        chromium.close()
    (line,) = grade(course, ASSIGNMENT, grader=sandboxed)
    assert (line.state, line.points, line.by_hand) == ("kept", 87, False)
