"""What a student gets back: one page, made by nbgrader's GenerateFeedback.

`nbgrader_config.py` names the two classes, so that the formgrader's button makes the same
page. It holds what the student wrote, the points, the message of each test that failed and
the grader's comments. It holds nothing of a hidden test but the line that says what it
tests, no HTML that a student wrote or printed, no script, and it asks no other site for
anything.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable
from importlib import resources as package
from pathlib import Path
from typing import Any

import bleach
import jinja2
import mistune
from markupsafe import Markup
from nbconvert.exporters import Exporter
from nbconvert.filters import strip_ansi
from nbformat import NotebookNode
from nbformat.v4 import new_output
from nbgrader.api import Gradebook
from nbgrader.preprocessors import NbGraderPreprocessor
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from nbreferee.course import HIDDEN, Course, Problem, logged, nbgrader_at_work
from nbreferee.record.gradebook import ungraded
from nbreferee.setting import Referee

_TAGS = {
    *("p", "br", "hr", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "code"),
    *("em", "strong", "del", "ul", "ol", "li", "a"),
    *("table", "thead", "tbody", "tr", "th", "td"),
}
_LINKS = {"http", "https", "mailto"}
_RENDER = mistune.create_markdown(escape=True, plugins=["table", "strikethrough"])
MAX_TEXT = 4000
MAX_OUTPUTS = 50
MAX_PICTURES = 20


class ForLearners(NbGraderPreprocessor):  # type: ignore[misc]  # nbgrader has no types
    """Take out of a graded notebook what its student must not see."""

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Look up what still waits to be graded by hand, then go through the cells."""
        facts = resources["nbgrader"]
        with Gradebook(facts["db_url"]) as gradebook:
            found = gradebook.find_submission_notebook(
                facts["notebook"], facts["assignment"], facts["student"]
            )
            facts["waiting"] = [g.name for g in found.grades if g.needs_manual_grade]
        return super().preprocess(nb, resources)

    def preprocess_cell(
        self, cell: NotebookNode, resources: dict[str, Any], cell_index: int
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Cut hidden tests, and what they say, down to what explains the mistake."""
        about = cell.metadata.get("nbgrader", {})
        cell.metadata = NotebookNode(nbgrader=about)
        cell.pop("attachments", None)
        if cell.cell_type != "code":
            return cell, resources
        hidden = False
        if about.get("grade") and not about.get("solution"):
            cell.source, cuts = HIDDEN.subn("", cell.source)
            hidden = about["hidden"] = bool(cuts)
            cell.outputs = [out for out in cell.outputs if _is_error(out)]
        cell.outputs = [
            self.explained(out, hidden) if _is_error(out) else out
            for out in cell.outputs[:MAX_OUTPUTS]
        ]
        return cell, resources

    def explained(self, output: NotebookNode, hidden: bool) -> NotebookNode:
        """Keep of an error what its student may read."""
        name, message = output.ename, strip_ansi(output.evalue or "")
        trace = strip_ansi("\n".join(output.traceback or []))
        speakers = Referee(config=self.config).speaks
        if (
            name in {path.rpartition(".")[2] for path in speakers}
            or name == "HiddenTest"
        ):
            trace = ""
        elif name == "NotGraded":
            message, trace = "Not graded.", ""
        elif name == "NotImplementedError":
            message, trace = "There is no answer yet.", ""
        elif (
            name == "AssertionError" and hidden
        ):  # its message may hold the right answer
            message, trace = "A check that is not shown failed.", ""
        else:
            message = f"{name}: {message}" if message else name
            trace = "" if hidden else trace
        facts = {"ename": name, "evalue": _cut(message), "traceback": [_cut(trace)]}
        return new_output("error", **facts)


def _is_error(output: NotebookNode) -> bool:
    return output.output_type == "error"


def _cut(text: str) -> str:
    return text if len(text) <= MAX_TEXT else f"{text[:MAX_TEXT]} … (cut)"


class FeedbackExporter(Exporter):
    """Write a graded notebook as a page for its student."""

    file_extension = ".html"
    output_mimetype = "text/html"

    def from_notebook_node(  # type: ignore[override]  # of text, as nbconvert's own do
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **kwargs: Any
    ) -> tuple[str, dict[str, Any]]:
        """Run the preprocessors and fill the template; everything in it is escaped."""
        notebook, resources = super().from_notebook_node(nb, resources, **kwargs)
        environment = jinja2.Environment(
            autoescape=True, trim_blocks=True, lstrip_blocks=True
        )
        text = (package.files(__package__) / "feedback.html.j2").read_text("utf-8")
        page = environment.from_string(text).render(
            facts=resources["nbgrader"],
            remarks=notebook.metadata.get("nbreferee", {}).get("remarks", []),
            title=_title(notebook),
            parts=list(_parts(notebook.cells)),
            tests=[c for c in map(_view, notebook.cells) if c["points"] is not None],
            css=Markup(HtmlFormatter().get_style_defs(".code")),
        )
        return page, resources


def _title(notebook: NotebookNode) -> str:
    first = notebook.cells[0].source if notebook.cells else ""
    return first.splitlines()[0].lstrip("# ") if first.startswith("# ") else ""


def _parts(cells: Iterable[NotebookNode]) -> Iterable[dict[str, Any]]:
    """Yield what the page shows: headings, answers, tests, and cells that failed."""
    for cell in cells:
        view = _view(cell)
        failed = view["error"] and view["error"].ename != "NotImplementedError"
        if view["kind"] != "other" or failed:
            yield view


def _view(cell: NotebookNode) -> dict[str, Any]:
    """Turn a cell into what the template shows of it."""
    about = cell.metadata.get("nbgrader", {})
    code, points = cell.cell_type == "code", None
    heading = re.match(r"##+ (.+)", cell.source) if not code else None
    kind = "other"
    if about.get("solution") or about.get("task"):
        kind = "answer"
    elif about.get("grade"):
        kind = "test"
    elif heading:
        kind = "heading"
    if "points" in about and (about.get("grade") or about.get("task")):
        points = {"got": about.get("score") or 0, "of": about["points"]}
    title = heading[1] if heading else cell.source.split("\n", 1)[0].lstrip("# ")
    title = title.removeprefix("Hidden: ").removeprefix("@title ")
    errors = [out for out in cell.get("outputs", []) if _is_error(out)]
    return {
        "kind": kind,
        "id": about.get("grade_id", ""),
        "title": title[:1].upper() + title[1:],
        "points": points,
        "hidden": about.get("hidden", False),
        "body": _code(cell.source) if code else _markdown(cell.source),
        "code": code,
        "outputs": list(_outputs(cell.get("outputs", []))),
        "error": errors[0] if errors else None,
        "comment": _markdown(about.get("comment") or ""),
    }


def _code(source: str) -> Markup:
    return Markup(highlight(_cut(source), PythonLexer(), HtmlFormatter(nowrap=True)))


def _markdown(source: str) -> Markup:
    """Render Markdown; HTML in it shows as it was typed, pictures stay out."""
    rendered = _RENDER(_cut(source))
    return Markup(bleach.clean(rendered, _TAGS, {"a": ["href"]}, _LINKS, strip=True))


def _outputs(outputs: Iterable[NotebookNode]) -> Iterable[dict[str, str]]:
    """Yield text and pictures; HTML, SVG, JavaScript and widgets stay out."""
    pictures = 0
    for output in outputs:
        data = output.get("data", {})
        picture = _picture(data)
        if output.output_type == "stream" and output.name == "stdout":
            yield {"text": _cut(strip_ansi("".join(output.text)))}
        elif picture and pictures < MAX_PICTURES:
            pictures += 1
            yield {"picture": picture}
        elif "text/plain" in data:
            yield {"text": _cut(strip_ansi("".join(data["text/plain"])))}


def _picture(data: dict[str, Any]) -> str:
    """Return a picture as an address that holds it, if it is one."""
    magic = {"image/png": b"\x89PNG\r\n\x1a\n", "image/jpeg": b"\xff\xd8\xff"}
    for kind, start in magic.items():
        try:
            content = base64.b64decode("".join(data[kind]))
        except (KeyError, TypeError, ValueError):
            continue
        if content.startswith(start):
            return f"data:{kind};base64,{base64.b64encode(content).decode()}"
    return ""


def feedback(
    course: Course, assignment: str, students: Iterable[str] = ()
) -> list[Path]:
    """Write the pages of students whose submissions are graded.

    Args:
        course: the course.
        assignment: the assignment's name.
        students: for whom; by default for everybody.

    Returns:
        the pages' paths, in the order of the students' ids.

    Raises:
        Problem: if nothing is graded yet, or, with all others made, one cannot be.
    """
    notebook = course.notebook(assignment).stem
    students = set(students)
    graded = course.students("autograded", assignment)
    missing = students - set(graded)
    if missing or not graded:
        who = ", ".join(sorted(missing)) or "Nobody"
        raise Problem(f"{who}: not graded yet. First: nbreferee grade {assignment}")
    chosen = [s for s in graded if not students or s in students]
    waiting = ungraded(course, assignment, chosen)
    pages, failed = [], [f"{student}: {why}" for student, why in waiting.items()]
    for student in [s for s in chosen if s not in waiting]:
        with nbgrader_at_work() as errors:
            from nbgrader.converters import GenerateFeedback, NbGraderException

            directory = course.directory(assignment_id=assignment, student_id=student)
            try:
                GenerateFeedback(directory, config=course.config, force=True).start()
            except NbGraderException as error:
                failed.append(f"{student}: {logged(errors, str(error))}")
                continue
        folder = course.folder("feedback", student, assignment)
        pages.append(folder / f"{notebook}.html")
    if failed:
        raise Problem(f"{len(pages)} pages, but none for " + "; ".join(failed))
    return pages
