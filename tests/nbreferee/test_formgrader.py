"""nbgrader's formgrader and JupyterLab in a real browser, on what the sandbox has graded."""

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
from nbformat.v4 import new_code_cell, new_output
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
# The same as outputs: saved in the file that was handed in, and shown anew by the cell.
SHOWS = """
from IPython.display import HTML, SVG, Javascript, display
display(HTML("<script>top.ran()</script><img src=x onerror=top.ran()>"))
display(Javascript("top.ran()"))
display(SVG("<svg xmlns='http://www.w3.org/2000/svg' onload='top.ran()'><script>top.ran()</script></svg>"))
print("all is shown")
"""
SAVED = {
    "text/html": "<script>top.ran()</script><img src=x onerror=top.ran()>",
    "application/javascript": "top.ran()",
    "image/svg+xml": "<svg xmlns='http://www.w3.org/2000/svg' onload='top.ran()'></svg>",
    "text/markdown": "<img src=x onerror=top.ran()> [x](javascript:top.ran())",
}


@pytest.fixture
def words():
    """Return the answer in words; None for a usual one."""


@pytest.fixture
def lab(course, words, tmp_path):
    """Grade a right submission, and serve the course with `jupyter lab`."""
    missing.need_sandbox()
    right, _ = submissions.answered(course, ASSIGNMENT)
    if words is not None:
        next(cell for cell in right.cells if cell.id == "words").source = words
        saved = [new_output("display_data", {kind: SAVED[kind]}) for kind in SAVED]
        right.cells.append(new_code_cell(SHOWS, outputs=saved, execution_count=1))
        right.cells[-1].metadata.trusted = right.metadata.trusted = True
    hand_in(course, "one", right)
    grade(course, ASSIGNMENT, grader=sandboxed)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = ["--no-browser", "--allow-root", "--IdentityProvider.token="]
    # Tabs of another run would be opened again.
    options.append(f"--LabApp.workspaces_dir={tmp_path / 'workspaces'}")
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
        yield url
    finally:
        server.terminate()
        server.wait(60)


@pytest.fixture
def formgrader(lab):
    """Return where formgrader is served."""
    return f"{lab}/formgrader"


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


@pytest.mark.parametrize("words", [HOSTILE], ids=["hostile"])
@pytest.mark.parametrize("folder", ["autograded", "submitted"])
def test_nothing_of_a_submission_runs_when_jupyterlab_opens_it(lab, tab, folder):
    ran, asked = [], []
    tab.expose_function("ran", lambda: ran.append(True))
    tab.on("request", lambda request: asked.append(request.url))
    tab.goto(f"{lab}/lab/tree/{folder}/one/{ASSIGNMENT}/tiny.ipynb")
    words = tab.locator(".jp-RenderedMarkdown", has_text="It is a rotation")
    expect(words).to_contain_text("click", timeout=60_000)
    # The last cell shows what it showed when the file was saved.
    scroll = "panel => panel.scrollTo(0, panel.scrollHeight)"
    tab.locator(".jp-WindowedPanel-outer").evaluate(scroll)
    last = tab.locator(".jp-CodeCell", has_text="all is shown").last
    expect(last.locator(".jp-OutputArea-output").first).to_be_visible()
    links = words.locator("a").evaluate_all("all => all.map(a => a.href)")
    tab.wait_for_timeout(1000)
    assert not ran
    assert not [url for url in links if url.startswith(("javascript:", "data:"))]
    if folder == "autograded":  # JupyterLab loads pictures of any file that it shows
        assert not [url for url in asked if "elsewhere.invalid" in url]
