"""The rules for notebooks hold for every notebook in the repository."""

import ast
import json
import re
from urllib.parse import urlsplit

import nbformat
import pytest
from nbgrader.utils import is_grade, is_solution

from tools import notebooks
from tools.notebooks import ROOT

SOURCES = notebooks.sources()
EXERCISES = sorted(ROOT.glob("exercises/*/*.ipynb"))
CHAPTERS = [path for path in SOURCES if path.parent.name == "chapters"]
SOLUTIONS = [path for path in SOURCES if path not in CHAPTERS]
PROMISED = re.compile(r"^## .*\((\d+) points?\)$", re.MULTILINE)


def name(path):
    return path.relative_to(ROOT).as_posix()


def read(path):
    return nbformat.read(str(path), as_version=4)


@pytest.mark.parametrize("path", SOURCES + EXERCISES, ids=name)
def test_a_notebook_is_valid_and_holds_no_outputs(path):
    raw = json.loads(path.read_text("utf-8"))
    assert (raw["nbformat"], raw["nbformat_minor"]) == (4, 5)
    nbformat.validate(nbformat.from_dict(raw))
    for cell in raw["cells"]:
        if cell["cell_type"] == "code":
            assert cell["outputs"] == [], f"outputs in {cell['id']}"
            assert cell["execution_count"] is None, f"a count in {cell['id']}"


@pytest.mark.parametrize("path", SOURCES + EXERCISES, ids=name)
def test_a_notebook_carries_only_metadata_that_a_tool_here_reads(path):
    notebook = read(path)
    assert notebook.metadata.pop("kernelspec") == notebooks.KERNELSPEC
    assert notebook.metadata.pop("accelerator", "GPU") == "GPU"
    assert notebook.metadata == {}
    for cell in notebook.cells:
        folded = {k: v for k, v in cell.metadata.items() if k in notebooks.FOLDED}
        assert folded in ({}, notebooks.FOLDED), cell.id
        assert set(cell.metadata) - set(folded) <= notebooks.CELL_METADATA, cell.id


@pytest.mark.parametrize("path", SOURCES, ids=name)
def test_a_notebook_is_as_make_format_leaves_it(path):
    assert path.read_text("utf-8") == notebooks.formatted(path), "say: make format"


def test_code_in_notebooks_is_formatted_and_clean():
    for command in (["format", "--check"], ["check"]):
        run = notebooks.ruff(*command)
        assert run.returncode == 0, run.stdout + run.stderr


@pytest.mark.parametrize("path", SOURCES + EXERCISES, ids=name)
def test_the_setup_cell_is_the_same_everywhere(path):
    setup = read(path).cells[1]
    assert setup.id == "setup"
    assert setup.source == notebooks.Repository.of().setup_cell()
    assert [c.id for c in read(path).cells].count("setup") == 1


@pytest.mark.parametrize("path", SOURCES + EXERCISES, ids=name)
def test_the_title_cell_opens_on_colab_a_notebook_that_exists(path):
    title = notebooks.title(read(path))
    repository = notebooks.Repository.of()
    start = repository.colab_link("")
    assert title["link"].startswith(start)
    target = title["link"].removeprefix(start)
    assert (ROOT / target).is_file()
    assert target == notebooks.published(path)
    assert urlsplit(repository.url).scheme == "https"


@pytest.mark.parametrize("path", CHAPTERS, ids=name)
def test_a_chapter_ends_with_questions_and_its_assignment(path):
    text = "\n".join(c.source for c in read(path).cells if c.cell_type == "markdown")
    headings = re.findall(r"^## (.+)$", text, re.MULTILINE)
    assert headings[-5:] == [
        "What you can do now",
        "Questions",
        "The assignment",
        "Slides this chapter covers",
        "Further reading",
    ]
    questions = text.split("\n## Questions")[1].split("\n## The assignment")[0]
    assert 3 <= questions.count("<details>") <= 5
    assert f"../exercises/{path.stem}/" in text


@pytest.mark.parametrize("path", CHAPTERS, ids=name)
def test_every_link_of_a_chapter_to_this_repository_leads_somewhere(path):
    for cell in read(path).cells:
        for target in re.findall(r"\]\((\.\.?/[^)#\s]+)", cell.source):
            assert (path.parent / target).exists(), target


@pytest.mark.parametrize("path", SOURCES, ids=name)
def test_no_cell_is_longer_than_a_screen(path):
    for cell in read(path).cells:
        if cell.cell_type == "code" and not is_grade(cell):
            # A function to write comes with a docstring of shapes and errors.
            screen = 50 if is_solution(cell) else 36
            assert cell.source.count("\n") < screen, f"{cell.id} is too long to read"


@pytest.mark.parametrize("path", SOLUTIONS, ids=name)
def test_points_in_the_headings_are_the_points_of_the_cells(path):
    promised, counted = [], []
    for cell in read(path).cells:
        for points in PROMISED.findall(cell.source) if not is_grade(cell) else []:
            promised.append(int(points))
            counted.append(0)
        if is_grade(cell):
            counted[-1] += cell.metadata.nbgrader.points
    assert promised == counted
    assert sum(promised) == 100


@pytest.mark.parametrize("path", SOLUTIONS, ids=name)
def test_points_in_the_overview_are_the_points_of_the_headings(path):
    text = "\n".join(c.source for c in read(path).cells if c.cell_type == "markdown")
    rows = re.findall(r"^\| (\d+\. .+?) \| (\d+) \|$", text, re.MULTILINE)
    headings = re.findall(r"^## (\d+\. .+?) \((\d+) points?\)$", text, re.MULTILINE)
    assert rows == headings
    assert notebooks.title(read(path))["effort"].startswith("100 points")


@pytest.mark.parametrize("path", SOLUTIONS, ids=name)
def test_some_tests_are_hidden_and_say_in_words_what_they_look_at(path):
    hidden = [c for c in read(path).cells if "### BEGIN HIDDEN TESTS" in c.source]
    assert hidden
    for cell in hidden:
        assert re.match(r"# Hidden: \S+", cell.source), cell.id
        assert cell.source.split("\n")[1] == "### BEGIN HIDDEN TESTS"
        assert cell.source.endswith("### END HIDDEN TESTS")


def tags(cell):
    return set(cell.metadata.get("tags", []))


@pytest.mark.parametrize("path", SOLUTIONS, ids=name)
def test_every_test_says_its_points_and_counts_them(path):
    titles = []
    for cell in read(path).cells:
        if not is_grade(cell) or is_solution(cell):
            continue
        tree = ast.parse(cell.source)
        opened = [c for c in ast.walk(tree) if called(c) == "check.test"]
        assert len(opened) == 1, f"{cell.id} opens with check.test(…)"
        points = {k.arg: k.value.value for k in opened[0].keywords if k.arg == "points"}
        assert points == {"points": cell.metadata.nbgrader.points}, cell.id
        titles.append(opened[0].args[0].value)
        assert re.match(r"\w[^:]*: \S", titles[-1]), "begin with the function's name"
        assert called(tree.body[-1].value) == "check.passed", cell.id
    assert len(set(titles)) == len(titles), "titles tell tests apart"


def called(node):
    return ast.unparse(node.func) if isinstance(node, ast.Call) else None


@pytest.mark.parametrize("path", SOLUTIONS, ids=name)
def test_the_code_of_visible_tests_is_folded_under_a_title(path):
    for cell in read(path).cells:
        test = is_grade(cell) and not is_solution(cell)
        visible = test and "### BEGIN HIDDEN TESTS" not in cell.source
        visible |= not test and "check.test(" in cell.source  # worth no points
        assert ("cellView" in cell.metadata) == visible, cell.id
        assert ("hide-input" in tags(cell)) == visible, cell.id
        if visible:
            assert cell.source.startswith("# @title "), cell.id


@pytest.mark.parametrize("path", SOLUTIONS, ids=name)
def test_the_last_cell_adds_up_the_points_of_the_visible_tests(path):
    cells = read(path).cells
    tests = [c for c in cells if is_grade(c) and "cellView" in c.metadata]
    visible = sum(c.metadata.nbgrader.points for c in tests)
    assert cells[-1].source == f"check.summary(visible={visible})"
    assert cells[-1].cell_type == "code"
    (imports,) = [c for c in cells if c.id == "imports"]
    assert "check.start()" in imports.source


def test_the_table_of_contents_lists_every_chapter_and_every_exercise():
    pages = notebooks.listed()
    for path in CHAPTERS + EXERCISES:
        assert path.relative_to(ROOT).with_suffix("").as_posix() in pages
    for page in pages:
        assert any((ROOT / f"{page}{end}").exists() for end in (".md", ".ipynb")), page


def test_the_front_page_lists_the_lectures_as_they_are():
    assert (ROOT / "index.md").read_text("utf-8") == notebooks.front_page()
    for chapter in CHAPTERS:
        assert f"(chapters/{chapter.name})" in notebooks.front_page()


def test_every_exercise_has_its_solution():
    assert [p.relative_to(ROOT / "exercises") for p in EXERCISES] == [
        p.relative_to(ROOT / "solutions") for p in SOLUTIONS
    ]


def test_stripping_a_notebook_removes_what_a_run_leaves_behind():
    notebook = read(SOURCES[0])
    notebook.metadata["colab"] = {"provenance": []}
    code = next(c for c in notebook.cells if c.cell_type == "code")
    code.metadata["outputId"] = "x"
    code.metadata["jupyter"] = {"outputs_hidden": True}
    code.execution_count = 7
    code.outputs = [nbformat.v4.new_output("stream", text="left over")]
    assert notebooks.text(notebooks.strip(notebook)) == SOURCES[0].read_text("utf-8")


def test_a_title_cell_of_another_form_is_refused_with_the_form_in_the_message():
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("# Hi")])
    with pytest.raises(ValueError, match="Read 30 min · Run 20 s"):
        notebooks.title(notebook)
