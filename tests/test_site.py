"""The built site in a real browser: complete, offline, readable by everyone."""

import functools
import http.server
import shutil
import subprocess
import threading
from urllib.parse import unquote, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

from tests import missing
from tools import notebooks
from tools.notebooks import ROOT

HTML = ROOT / "_build" / "html"
PAGES = [f"{page}.html" for page in notebooks.listed()]
NOTEBOOKS = [page for page in PAGES if page.startswith(("chapters/", "exercises/"))]
DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 360, "height": 740}


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args):
        pass


@pytest.fixture(scope="module")
def site():
    """Build the site with the command that people use, and serve it on this machine."""
    built = subprocess.run(["make", "book"], cwd=ROOT, capture_output=True, text=True)
    assert built.returncode == 0, built.stdout[-4000:] + built.stderr[-4000:]
    handler = functools.partial(Quiet, directory=str(HTML))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=missing.need("chromium"),
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield chromium
        chromium.close()


@pytest.fixture
def visit(browser, site):
    """Give `visit(page, …)`: the open page, and what it asked for and complained about."""
    contexts = []

    def go(page, viewport=DESKTOP, scheme="light"):
        context = browser.new_context(viewport=viewport, color_scheme=scheme)
        contexts.append(context)
        tab = context.new_page()
        asked, complaints = [], []
        tab.on("request", lambda request: asked.append(request.url))
        tab.on("pageerror", lambda error: complaints.append(str(error)))
        tab.on("requestfailed", lambda request: complaints.append(request.url))
        tab.on(
            "response",
            lambda response: response.status >= 400 and complaints.append(response.url),
        )
        tab.goto(f"{site}/{page}", wait_until="networkidle")
        return tab, asked, complaints

    yield go
    for context in contexts:
        context.close()


@pytest.mark.parametrize("page", PAGES)
def test_a_page_asks_no_other_site_for_anything_and_misses_nothing(visit, site, page):
    tab, asked, complaints = visit(page)
    assert [url for url in asked if not url.startswith((site, "data:", "blob:"))] == []
    assert complaints == []
    assert tab.locator("article.bd-article h1").count() == 1


@pytest.mark.parametrize("page", PAGES)
def test_every_link_within_the_site_leads_somewhere(visit, site, page):
    tab, _, _ = visit(page)
    links = tab.eval_on_selector_all("a[href]", "all => all.map(a => a.href)")
    inside = {link for link in links if link.startswith(site)}
    assert len(inside) > 3
    for link in inside:
        parts = urlsplit(link)
        target = HTML / unquote(parts.path).lstrip("/")
        target = target / "index.html" if target.is_dir() else target
        assert target.is_file(), link
        if parts.fragment and target.suffix == ".html" and parts.path.endswith(page):
            found = tab.evaluate(
                "id => !!document.getElementById(id)", unquote(parts.fragment)
            )
            assert found, link


@pytest.mark.parametrize("page", PAGES)
def test_every_picture_has_a_text_alternative(visit, page):
    tab, _, _ = visit(page)
    without = tab.eval_on_selector_all(
        "article.bd-article img, "
        "article.bd-article svg[role=img]:not([aria-hidden=true])",
        "all => all.filter(i => !(i.getAttribute('alt') || i.getAttribute('aria-label')"
        " || '').trim() || /^.*[.]png$/.test(i.alt || '')).map(i => i.outerHTML.slice(0, 90))",
    )
    assert without == []


@pytest.mark.parametrize("page", PAGES)
def test_a_page_fits_a_phone(visit, page):
    tab, _, _ = visit(page, PHONE)
    wide = tab.evaluate(
        "() => [document.scrollingElement.scrollWidth,"
        " [...document.querySelectorAll('main img')]"
        ".filter(i => i.getBoundingClientRect().width > 360).length]"
    )
    assert wide == [360, 0]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("page", PAGES)
def test_contrast_and_names_pass_wcag_aa(visit, page, scheme):
    tab, _, _ = visit(page, scheme=scheme)
    assert tab.evaluate("() => document.documentElement.dataset.theme") == scheme
    # The theme puts wide blocks into the tab order, a moment after the page has settled.
    tab.wait_for_function(
        "() => [...document.querySelectorAll('article.bd-article pre')]"
        ".every(pre => pre.scrollWidth <= pre.clientWidth || pre.tabIndex === 0)"
    )
    found = Axe().run(
        tab,
        # The article: the theme's frame around it is the theme's own business.
        context="article.bd-article",
        options={"runOnly": ["wcag2a", "wcag2aa"]},
    )
    assert [
        (rule["id"], node["html"][:120], node["failureSummary"][:200])
        for rule in found.response["violations"]
        for node in rule["nodes"][:3]
    ] == []


@pytest.mark.parametrize("page", NOTEBOOKS)
def test_a_notebook_can_be_opened_on_colab_and_downloaded(visit, page):
    tab, _, _ = visit(page)
    notebook = page.removesuffix(".html") + ".ipynb"
    links = tab.eval_on_selector_all("a[href]", "all => all.map(a => a.href)")
    assert notebooks.Repository.of().colab_link(notebook) in links
    downloads = [link for link in links if link.endswith(f"/_sources/{notebook}")]
    assert downloads
    assert (HTML / "_sources" / notebook).is_file()
    assert (ROOT / notebook).is_file()


def test_formulas_are_set_without_the_network(visit):
    tab, _, _ = visit("chapters/01-filters.html")
    tab.wait_for_selector("mjx-container")
    assert tab.locator("mjx-container").count() > 0


def test_building_again_runs_nothing(site):
    again = subprocess.run(["make", "book"], cwd=ROOT, capture_output=True, text=True)
    assert again.returncode == 0
    assert "Executing notebook" not in again.stdout + again.stderr


def test_a_failing_cell_fails_the_build(tmp_path):
    """The strictness of `_config.yml` and `make book`, on a book of one page."""
    toc = "format: jb-book\nroot: broken\n"
    (tmp_path / "_toc.yml").write_text(toc)
    shutil.copy(ROOT / "_config.yml", tmp_path)
    page = notebooks.nbformat.v4.new_notebook(
        metadata={"kernelspec": notebooks.KERNELSPEC},
        cells=[
            notebooks.nbformat.v4.new_markdown_cell("# Broken"),
            notebooks.nbformat.v4.new_code_cell("1 / 0"),
        ],
    )
    notebooks.nbformat.write(page, str(tmp_path / "broken.ipynb"))
    makefile = (ROOT / "Makefile").read_text()
    (recipe,) = [line for line in makefile.splitlines() if "jupyter-book build" in line]
    command = recipe.strip().replace("$(BIN)", str(ROOT / ".venv" / "bin")).split()
    built = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert built.returncode != 0
    assert "ZeroDivisionError" in built.stdout + built.stderr
