"""The built site in a real browser: complete, offline, readable by everyone."""

import functools
import http.server
import shutil
import subprocess
import threading
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

from tests import missing
from tests.conftest import alone
from tools import notebooks
from tools.notebooks import ROOT

HTML = ROOT / "_build" / "html"
PAGES = [f"{page}.html" for page in notebooks.listed()]
NOTEBOOKS = [page for page in PAGES if page.startswith(("chapters/", "exercises/"))]
DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 360, "height": 740}
SCHEMES = ("light", "dark")


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args):
        pass


def make_book():
    """Build the site with the command that people use, while nobody looks at it."""
    with alone("site"):
        return subprocess.run(
            ["make", "book"], cwd=ROOT, capture_output=True, text=True
        )


@pytest.fixture(scope="module")
def site(executed):
    """Build the site when its chapters have run, and serve it on this machine."""
    for chapter in sorted(ROOT.glob("chapters/*.ipynb")):
        executed(chapter.stem)
    built = make_book()
    assert built.returncode == 0, built.stdout[-4000:] + built.stderr[-4000:]
    handler = functools.partial(Quiet, directory=str(HTML))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


@pytest.fixture(scope="module")
def browser():
    program = missing.need_browser()
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=program,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield chromium
        chromium.close()


@dataclass(frozen=True)
class Seen:
    """What was seen on one visit of a page, in one theme."""

    asked: list[str]
    complaints: list[str]
    headings: int
    theme: str
    on_a_phone: list[int]
    links: set[str]
    missing: list[str]
    without_alternative: list[str]
    formulas: int
    violations: list[tuple[str, str, str]]


LINKS = "all => all.map(a => a.href)"
# Which of these ids the page does not have.
MISSING = "ids => ids.filter(id => !document.getElementById(id))"
# Formulas are set when this promise is kept.
FORMULAS = "() => window.MathJax?.startup?.promise"
WIDE = """() => [document.scrollingElement.scrollWidth,
    [...document.querySelectorAll('main img')]
        .filter(i => i.getBoundingClientRect().width > 360).length]"""
PICTURES = (
    "article.bd-article img, article.bd-article svg[role=img]:not([aria-hidden=true])"
)
WITHOUT_ALTERNATIVE = """all => all
    .filter(i => !(i.getAttribute('alt') || i.getAttribute('aria-label') || '').trim()
        || /^.*[.]png$/.test(i.alt || ''))
    .map(i => i.outerHTML.slice(0, 90))"""
# The theme puts wide blocks into the tab order, a moment after the page has settled.
SETTLED = """() => [...document.querySelectorAll('article.bd-article pre')]
    .every(pre => pre.scrollWidth <= pre.clientWidth || pre.tabIndex === 0)"""


@pytest.fixture(scope="module")
def seen(browser, site):
    """Give `seen(page, scheme)`: the page is opened once in each theme, and all is noted."""

    @functools.cache
    def look(page, scheme="light"):
        with alone("site", shared=True):
            return visit(page, scheme)

    def visit(page, scheme):
        context = browser.new_context(viewport=PHONE, color_scheme=scheme)
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
        tab.evaluate(FORMULAS)
        on_a_phone = tab.evaluate(WIDE)
        tab.set_viewport_size(DESKTOP)
        tab.wait_for_function(SETTLED)
        links = set(tab.eval_on_selector_all("a[href]", LINKS))
        here = [u for u in map(urlsplit, links) if u.path.endswith(page) and u.fragment]
        ids = sorted({unquote(url.fragment) for url in here})
        # What follows is not the page's doing: axe reads the style sheets once more.
        by_the_page = list(asked), list(complaints)
        found = Axe().run(
            tab,
            # The article: the theme's frame around it is the theme's own business.
            context="article.bd-article",
            options={"runOnly": ["wcag2a", "wcag2aa"], "resultTypes": ["violations"]},
        )
        noted = Seen(
            *by_the_page,
            tab.locator("article.bd-article h1").count(),
            tab.evaluate("() => document.documentElement.dataset.theme"),
            on_a_phone,
            links,
            tab.evaluate(MISSING, ids),
            tab.eval_on_selector_all(PICTURES, WITHOUT_ALTERNATIVE),
            tab.locator("mjx-container").count(),
            [
                (rule["id"], node["html"][:120], node["failureSummary"][:200])
                for rule in found.response["violations"]
                for node in rule["nodes"][:3]
            ],
        )
        context.close()
        return noted

    return look


@pytest.mark.parametrize("page", PAGES)
def test_a_page_asks_no_other_site_for_anything_and_misses_nothing(seen, site, page):
    for scheme in SCHEMES:
        found = seen(page, scheme)
        own = (site, "data:", "blob:")
        assert [url for url in found.asked if not url.startswith(own)] == []
        assert found.complaints == []
        assert found.headings == 1


@pytest.mark.parametrize("page", PAGES)
def test_every_link_within_the_site_leads_somewhere(seen, site, page):
    found = seen(page)
    inside = {link for link in found.links if link.startswith(site)}
    assert len(inside) > 3
    for link in inside:
        target = HTML / unquote(urlsplit(link).path).lstrip("/")
        target = target / "index.html" if target.is_dir() else target
        assert target.is_file(), link
    assert found.missing == [], "links lead to places that the page does not have"


@pytest.mark.parametrize("page", PAGES)
def test_every_picture_has_a_text_alternative(seen, page):
    assert seen(page).without_alternative == []


@pytest.mark.parametrize("page", PAGES)
def test_a_page_fits_a_phone(seen, page):
    assert seen(page).on_a_phone == [360, 0]


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("page", PAGES)
def test_contrast_and_names_pass_wcag_aa(seen, page, scheme):
    found = seen(page, scheme)
    assert found.theme == scheme
    assert found.violations == []


@pytest.mark.parametrize("page", NOTEBOOKS)
def test_a_notebook_can_be_opened_on_colab_and_downloaded(seen, page):
    links = seen(page).links
    notebook = page.removesuffix(".html") + ".ipynb"
    assert notebooks.Repository.of().colab_link(notebook) in links
    assert [link for link in links if link.endswith(f"/_sources/{notebook}")]
    assert (HTML / "_sources" / notebook).is_file()
    assert (ROOT / notebook).is_file()


def test_formulas_are_set_without_the_network(seen):
    assert seen("chapters/01-filters.html").formulas > 0


def test_building_again_runs_nothing(site):
    again = make_book()
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
