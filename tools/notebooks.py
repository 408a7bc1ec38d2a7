"""The rules for notebooks: `make format` writes them, the tests hold them.

A notebook has one source, without outputs. Its first cell says what it is for and how
long it takes, its second cell is the setup cell, the same everywhere. The address of
the repository stands in `_config.yml` alone and is written from there.
"""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import nbformat
import yaml
from nbformat import NotebookNode

ROOT = Path(__file__).parents[1]
KERNELSPEC = {"display_name": "Python 3", "language": "python", "name": "python3"}
SETUP = """\
# Setup: where the course's package is missing, this installs its release {release}.
try:
    import convbook
except ModuleNotFoundError:
    %pip install --quiet {url}/archive/refs/tags/{release}.zip
    import convbook  # noqa: F401"""
LINK = re.compile(r"\[Open in Colab\]\([^)]*\)")
TITLE_CELL = re.compile(
    r"# (?P<title>[^\n]+)\n\n"
    r"(?P<promise>[^\n]+)\n\n"
    r"\*(?P<effort>[^*\n]*Run \d+ (?:s|min))\* · \[Open in Colab\]\((?P<link>[^)\s]+)\)"
)
TABLE = re.compile(r"(?<=<!-- lectures -->\n).*?(?=<!-- /lectures -->)", re.DOTALL)
# Cell metadata that a tool here reads: tags and alternative texts by Jupyter Book,
# nbgrader's by nbgrader.
CELL_METADATA = {"tags", "mystnb", "nbgrader"}
# What folds a test's code away, in JupyterLab and in Colab.
FOLDED = {"jupyter": {"source_hidden": True}, "cellView": "form"}


@dataclass(frozen=True)
class Repository:
    """Where the course is published, from `_config.yml`."""

    url: str
    branch: str
    release: str
    """The tag of the version that a notebook installs where convbook is missing."""

    @classmethod
    def of(cls, root: Path = ROOT) -> Repository:
        """Read the address of the course that lies in `root`."""
        config = yaml.safe_load((root / "_config.yml").read_text("utf-8"))["repository"]
        return cls(config["url"].rstrip("/"), config["branch"], config["release"])

    def setup_cell(self) -> str:
        """Return the source of the setup cell."""
        return SETUP.format(url=self.url, release=self.release)

    def colab_link(self, path: str) -> str:
        """Return the address at which Colab opens a notebook of this repository."""
        name = urlsplit(self.url).path
        return (
            f"https://colab.research.google.com/github{name}/blob/{self.branch}/{path}"
        )


def sources(root: Path = ROOT) -> list[Path]:
    """List the notebooks that people edit: chapters and solutions, in order."""
    return sorted([*root.glob("chapters/*.ipynb"), *root.glob("solutions/*/*.ipynb")])


def listed(root: Path = ROOT) -> list[str]:
    """List the pages of `_toc.yml` in their order, without file extension."""
    toc = yaml.safe_load((root / "_toc.yml").read_text("utf-8"))
    parts = [chapter["file"] for part in toc["parts"] for chapter in part["chapters"]]
    return [toc["root"], *parts]


def published(path: Path, root: Path = ROOT) -> str:
    """Return the path under which readers open a notebook: a solution's is its exercise."""
    name = path.relative_to(root).as_posix()
    return re.sub(r"^solutions/", "exercises/", name)


def title(notebook: NotebookNode) -> dict[str, str]:
    """Take the title cell apart: title, promise, effort and link.

    Raises:
        ValueError: if the first cell does not have the form that readers know.

    """
    match = TITLE_CELL.match(notebook.cells[0].source) if notebook.cells else None
    if not match or notebook.cells[0].cell_type != "markdown":
        raise ValueError(
            "the first cell must be: '# Title', one sentence, and "
            "'*Read 30 min · Run 20 s* · [Open in Colab](…)'"
        )
    return match.groupdict()


def strip(notebook: NotebookNode) -> NotebookNode:
    """Remove what a run or an editor leaves behind: outputs, counts, stray metadata."""
    accelerator = notebook.metadata.get("accelerator")
    notebook.metadata = NotebookNode(kernelspec=NotebookNode(KERNELSPEC))
    if accelerator:
        notebook.metadata["accelerator"] = accelerator
    for cell in notebook.cells:
        cell.metadata = NotebookNode(
            {
                k: v
                for k, v in cell.metadata.items()
                if k in CELL_METADATA
                or (cell.cell_type == "code" and FOLDED.get(k) == v)
            }
        )
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    return notebook


def formatted(path: Path, root: Path = ROOT) -> str:
    """Return the text of a notebook as the rules want it, code formatting aside."""
    repository = Repository.of(root)
    notebook = strip(nbformat.read(str(path), as_version=4))
    first, setup = notebook.cells[:2]
    link = repository.colab_link(published(path, root))
    first.source = LINK.sub(f"[Open in Colab]({link})", first.source)
    title(notebook)
    if setup.cell_type != "code" or setup.id != "setup":
        raise ValueError("the second cell must be the setup cell, with the id 'setup'")
    setup.source = repository.setup_cell()
    return text(notebook)


def text(notebook: NotebookNode) -> str:
    """Return a notebook as text, the way it is stored in this repository."""
    return nbformat.writes(notebook) + "\n"


def ruff(*arguments: str, root: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """Run ruff on the notebooks that people edit."""
    return subprocess.run(
        [sys.executable, "-m", "ruff", *arguments, *map(str, sources(root))],
        cwd=root,
        capture_output=True,
        text=True,
    )


def lecture_table(root: Path = ROOT) -> str:
    """Return the front page's table of lectures, made from the notebooks' first cells."""
    rows = ["| Lecture | You will | Time | Assignment |", "|---|---|---|---|"]
    repository = Repository.of(root)
    for page in listed(root):
        if not page.startswith("chapters/"):
            continue
        if not (root / f"{page}.ipynb").exists():
            sys.exit(f"_toc.yml lists {page}, but there is no {page}.ipynb")
        lecture = title(nbformat.read(str(root / f"{page}.ipynb"), as_version=4))
        name = f"[{lecture['title']}]({page}.ipynb)"
        colab = f"[Colab]({repository.colab_link(page + '.ipynb')})"
        topic = page.removeprefix("chapters/")
        tasks = [
            f"[{title(nbformat.read(str(path), as_version=4))['title']}]"
            f"({path.relative_to(root).as_posix()})"
            for path in sorted(root.glob(f"exercises/{topic}/*.ipynb"))
        ]
        effort = lecture["effort"].replace(" · ", ", ").lower()
        rows.append(
            f"| {name} ({colab}) | {lecture['promise']} | {effort} | {', '.join(tasks)} |"
        )
    return "\n".join(rows) + "\n"


def front_page(root: Path = ROOT) -> str:
    """Return the text of `index.md` with the table of lectures brought up to date."""
    page = (root / "index.md").read_text("utf-8")
    return TABLE.sub(lambda _: lecture_table(root), page)


def format_all(root: Path = ROOT) -> list[Path]:
    """Write every notebook and the front page as the rules want them.

    Returns:
        The files that changed.

    """
    before = {
        path: path.read_text("utf-8") for path in [*sources(root), root / "index.md"]
    }
    for path in sources(root):
        try:
            path.write_text(formatted(path, root), "utf-8")
        except (ValueError, nbformat.reader.NotJSONError) as error:
            sys.exit(f"{path.relative_to(root)}: {error}")
    ruff("format", "--quiet", root=root)
    ruff("check", "--quiet", "--fix", root=root)
    for path in sources(root):  # ruff writes notebooks in its own layout
        path.write_text(text(nbformat.read(str(path), as_version=4)), "utf-8")
    (root / "index.md").write_text(front_page(root), "utf-8")
    return [path for path, old in before.items() if path.read_text("utf-8") != old]


if __name__ == "__main__":
    if sys.argv[1:] != ["format"]:
        sys.exit("usage: python -m tools.notebooks format")
    for changed in format_all():
        print(f"formatted {changed.relative_to(ROOT)}")
