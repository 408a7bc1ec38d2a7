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


# Each says `ran()` if a browser runs it, or asks another machine for something.
HOSTILE = """
It is a rotation.

<script>top.ran()</script><img src=x onerror="top.ran()"><svg onload="top.ran()"></svg>
<iframe srcdoc="<script>top.ran()</script>"></iframe><details open ontoggle="top.ran()">x</details>

<style>@import 'http://elsewhere.invalid/style.css';</style>
<img src="http://elsewhere.invalid/seen"> ![seen](http://elsewhere.invalid/picture.png)

[click](javascript:top.ran()) [click](jAvAsCrIpT&colon;top.ran()) <javascript:top.ran()>
[click](data:text/html;base64,PHNjcmlwdD50b3AucmFuKCk8L3NjcmlwdD4=) [click][there]

[there]: javascript:top.ran()

![x](data:image/svg+xml;utf8,<svg/onload=top.ran()>) $\\href{javascript:top.ran()}{click}$

<a href="javascript:top.ran()">click</a><form action="javascript:top.ran()"><button>click
</button></form><math><mtext><img src=x onerror=top.ran()></mtext></math>
"""


@pytest.fixture
def words():
    """Return the answer in words; None for a usual one."""


@pytest.fixture
def formgrader(course, words):
    """Grade a right submission, and serve formgrader as `jupyter lab` does."""
    missing.need_sandbox()
    right, _ = submissions.answered(course, ASSIGNMENT)
    if words is not None:
        next(cell for cell in right.cells if cell.id == "words").source = words
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


@pytest.fixture
def tab():
    """Open a page in a real browser."""
    program = missing.need_browser()
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=program,
            args=["--no-sandbox", "--disable-gpu"],
        )
        tab = chromium.new_page()
        tab.set_default_timeout(60_000)
        yield tab
        chromium.close()


def test_points_typed_into_formgrader_are_kept(course, formgrader, tab):
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
    (line,) = grade(course, ASSIGNMENT, grader=sandboxed)
    assert (line.state, line.points, line.by_hand) == ("kept", 87, False)


@pytest.mark.parametrize("words", [HOSTILE], ids=["hostile"])
def test_nothing_of_an_answer_in_words_runs_in_the_graders_browser(formgrader, tab):
    ran, asked = [], []
    tab.expose_function("ran", lambda: ran.append(True))
    tab.on("request", lambda request: asked.append(request.url))
    tab.goto(f"{formgrader}/gradebook/{ASSIGNMENT}/tiny")
    expect(tab.locator("tbody")).to_contain_text("80 / 100", timeout=60_000)
    tab.locator("tbody a", has_text=re.compile("Submission")).first.click()
    answer = tab.locator(".panel", has_text="It is a rotation").last
    box = answer.locator("input.score").first
    expect(box).to_have_class(re.compile("needs_manual_grade"), timeout=60_000)
    expect(answer).to_contain_text("onerror")  # it is shown as it was typed
    # Tags and attributes that run or load, and where links lead.
    live = "script, img, iframe, object, embed, form, [onload], [onerror], [ontoggle]"
    words = answer.locator(".panel-body")
    found = words.locator(live).evaluate_all("all => all.map(e => e.outerHTML)")
    links = words.locator("a").evaluate_all("all => all.map(a => a.href)")
    tab.wait_for_timeout(500)
    assert not ran
    assert not found
    assert not [url for url in links if url.startswith(("javascript:", "data:"))]
    assert not [url for url in asked if "elsewhere.invalid" in url]
