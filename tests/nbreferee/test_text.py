"""A student's text, wherever it is shown, does nothing but stand there."""

import re
import unicodedata

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from nbconvert.filters import markdown2html
from nbconvert.filters.markdown_mistune import InvalidNotebook

from nbreferee.run import rebuild
from nbreferee.text import harmless_markdown, shown, spreadsheet_text
from tests.nbreferee import tiny

HOSTILE = [
    "<script>ran()</script>",
    "<img src=x onerror=ran()>",
    "<svg/onload=ran()>",
    "<IFRAME srcdoc='<script>ran()</script>'></IFRAME>",
    "<a href='javascript:ran()'>x</a>",
    "<form action=/formgrader/api><button>x</button></form>",
    "<style>@import 'http://tracker';</style><meta http-equiv=refresh content=0>",
    "<!-- --><script>ran()</script>",
    "<?php ?><![CDATA[<script>ran()</script>]]>",
    "```\n</code></pre><script>ran()</script>\n",
    "`` ` `` <script>ran()</script>",
    "    code\n\n<script>ran()</script>",
    "| a | b |\n|---|---|\n| <img src=x onerror=ran()> | b |",
    "[x](javascript:ran())",
    "[x](JaVaScRiPt:ran())",
    "[x](javascript\\:ran())",
    "[x](  javascript:ran())",
    "[x](<javascript:ran()>)",
    "[x](<java\tscript:ran()>)",
    "[x](\x01javascript:ran())",
    "[x](&#106;avascript:ran())",
    "[x](javascript&colon;ran())",
    "[x](java&Tab;script:ran())",
    "[x](vbscript:ran())",
    "[x](data:text/html;base64,PHNjcmlwdD5yYW4oKTwvc2NyaXB0Pg==)",
    "[x](blob:null/1)",
    "[x](chrome-extension:ran())",
    "[x][r]\n\n[r]: javascript:ran()",
    "[x][r]\n\n[r]:\n  javascript:ran()",
    "[x][r]\n\n[r]: <javascript:ran()>",
    "[javascript:ran()]: x",
    "<javascript:ran()>",
    "<data:text/html,x>",
    "![x](javascript:ran())",
    "![x](http://tracker/x.png)",
    "![x](/logout)",
    "![x][r]\n\n[r]: http://tracker/x.png",
    "![a[b]](http://tracker/x.png)",
    "![x](data:image/svg+xml,<svg/onload=ran()>)",
    '[x](http://a.b "t\\" onmouseover=ran()")',
    '[x](http://a.b/"onmouseover="ran())',
    '![x](attachment:a.png"onerror="ran())',
    "$\\href{javascript:ran()}{x}$",
    "$$\\style{background:url(javascript:ran())}{x}$$",
    "$\\require{html}\\href {javascript:ran()}{x}$",
    "&#36;\\&#104;ref{javascript:ran()}{x}&#36;",
    "\\\\href{javascript:ran()}{x}",
    "\\begin{equation}\\cssId{x}{y}\\end{equation}",
    "![x](attachment:nobody.png)",
    "a\r<script>ran()</script>",
    "\u202e<script>ran()</script>",
]
HONEST = [
    "It answers to **brightness** (a < b and b > c) as well; 3 <= 4.",
    "# A heading\n\n- a list\n- `code <b>`".replace("<b>", "< b"),
    "$a_1 < b$ and $$\\frac{1}{n} \\sum_i x_i \\left( y_i \\right)$$",
    "[a page](https://example.org/x_(y)?a=1:2) and <mail> ".replace("<mail> ", ""),
    "![my drawing](attachment:drawing-1.png)",
    "| a | b |\n|---|---|\n| 1 | 2 |\n\n> quoted\n\n```python\nx = y if a < b else c\n```",
    "R & D, x && y, 한국어 답: 필터가 밝기에 반응한다.",
]


def rendered(text):
    """Render Markdown as formgrader does, and as another program does."""
    try:
        yield markdown2html(text)
    except (
        InvalidNotebook
    ):  # a picture that is not there: formgrader shows no page at all
        yield "<broken>"
    yield MarkdownIt("commonmark", {"html": True}).enable("table").render(text)


def powers(page):
    """List what a page can do."""
    soup = BeautifulSoup(page, "html.parser")
    plain = {
        *("p", "br", "hr", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "code"),
        *("em", "strong", "del", "ul", "ol", "li", "a", "img", "span", "div"),
        *("table", "thead", "tbody", "tr", "th", "td"),
    }  # fmt: skip
    for tag in soup.find_all(True):
        if tag.name not in plain:
            yield f"<{tag.name}>"
        yield from (name for name in tag.attrs if name.startswith("on"))
        address = re.sub(r"[\x00-\x20]", "", tag.get("href") or tag.get("src") or "#")
        allowed = (
            r"#|https?://|mailto:|attachment:" if tag.name == "a" else "attachment:|#"
        )
        scheme = re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", address)
        if (tag.name == "img" or scheme) and not re.match(allowed, address):
            yield address
    commands = re.search(r"\\(href|style|cssId|class|require|def)\b", soup.get_text())
    if commands:
        yield commands[0]


@pytest.mark.parametrize("text", HOSTILE)
def test_markdown_that_would_do_something_does_nothing(text):
    assert any(list(powers(page)) for page in rendered(text)) or "\u202e" in text or (
        text in HARMLESS_AS_IT_IS
    ), "this text does no harm to begin with"  # fmt: skip
    for page in rendered(harmless_markdown(text)):
        assert list(powers(page)) == []


# What both of these renderers refuse by themselves, and others may not.
HARMLESS_AS_IT_IS = {text for text in HOSTILE if not any(map(list, map(powers, rendered(text))))}  # fmt: skip


@given(
    st.lists(st.sampled_from([*HOSTILE, *"[]()<>!`\\&#:$\n \t", "*", "a"]), max_size=12)
)
def test_pieces_of_hostile_markdown_together_do_nothing(pieces):
    for page in rendered(harmless_markdown("".join(pieces))):
        assert list(powers(page)) == []


@pytest.mark.parametrize("text", HONEST)
def test_an_honest_answer_looks_as_it_did(text):
    made = harmless_markdown(text, ["drawing-1.png"])
    assert made.replace("\u2060", "") == text
    if "R & D" not in text:
        assert made == text


def test_a_large_text_takes_no_longer_than_it_is_long():
    for piece in ("<a", "[x](", "![", "]: ", "&#", "\\href", "data", "] \t\n(", "java"):
        made = harmless_markdown(piece * 100_000)
        assert len(made) >= len(piece) * 100_000 - 10


def test_what_a_student_writes_comes_harmless_into_the_graded_notebook():
    notebook = tiny.notebook(
        {"words": "mine: <script>ran()</script> [x](javascript:ran())"}
    )
    for kind in ("raw", "markdown", "heading"):
        cell = {
            "cell_type": kind,
            "source": "<img src=x onerror=ran()>",
            "metadata": {},
        }
        notebook["cells"].append(cell | {"id": kind})
    title = next(cell for cell in notebook["cells"] if cell["id"] == "title")
    title["source"] = "# Mine\n\n<script>ran()</script>"
    graded = tiny.graded(notebook)
    student = [c for c in graded.notebook.cells if c.cell_type != "code"]
    assert {c.cell_type for c in student} == {"markdown"}
    pages = [page for c in student for page in rendered(c.source)]
    assert [power for page in pages for power in powers(page)] == []
    assert "ran()" in "".join(pages)


def test_a_question_that_was_not_answered_stays_what_it_was():
    graded = tiny.graded(tiny.notebook())
    sources = {c.id: c.source for c in graded.notebook.cells}
    released = {c.id: c.source for c in rebuild.release(tiny.source()).cells}
    assert sources["words"] == released["words"]


@pytest.mark.parametrize(
    "text", ["\x1b[2J\x1b]0;x\x07", "\u202egnp.exe", "a\u2066b", "\x9b31m", "\ud800", "\x00"]
)  # fmt: skip
def test_a_terminal_is_told_nothing_by_a_text(text):
    made = shown(text)
    made.encode()
    assert not [c for c in made if unicodedata.category(c) in ("Cc", "Cf", "Cs")]


@pytest.mark.parametrize(
    "text",
    ["=1+1", "x;=1+1", 'x";=cmd()', "x\t=1", "x\n=1", "x,@SUM(1)", "a; +1", "a;'=1", " =1"],
)  # fmt: skip
@pytest.mark.parametrize("separator", ";,\t|")
def test_no_part_of_a_cell_is_a_formula_wherever_it_is_cut(text, separator):
    parts = re.split(rf"[{re.escape(separator)}\n\r]", spreadsheet_text(text))
    assert not [p for p in parts if re.match(r"[\s\"]*[=+\-@＝＋－＠]", p)]
