"""Write a new version everywhere it stands: `make version VERSION=0.2.0`.

`pyproject.toml` is where it comes from. `_config.yml` names the tag that notebooks
install, CITATION.cff what is cited, CHANGELOG.md what changed.
"""

from __future__ import annotations

import datetime
import re
import sys
import tomllib
from pathlib import Path

from tools.notebooks import ROOT

PLACES = {
    "pyproject.toml": (r'^version = "(.+)"$', 'version = "{version}"'),
    "_config.yml": (r"^  release: v(\S+)", "  release: v{version}"),
    "CITATION.cff": (r"^version: (.+)$", "version: {version}"),
}
UNRELEASED = "## Unreleased\n"


def current(root: Path = ROOT) -> str:
    """Return the version that `pyproject.toml` names."""
    text = (root / "pyproject.toml").read_text("utf-8")
    return str(tomllib.loads(text)["project"]["version"])


def named(root: Path = ROOT) -> dict[str, str]:
    """Return the version that each place names."""
    found = {}
    for name, (pattern, _) in PLACES.items():
        match = re.search(pattern, (root / name).read_text("utf-8"), re.MULTILINE)
        found[name] = match[1] if match else ""
    return found


def write(version: str, today: datetime.date, root: Path = ROOT) -> None:
    """Write a version and its day into every place.

    Raises:
        ValueError: it is not three numbers, or CHANGELOG.md has nothing to release.

    """
    if not re.fullmatch(r"\d+\.\d+\.\d+", version):
        raise ValueError(
            f"A version is three numbers, such as 0.2.0; this is {version!r}"
        )
    changes = (root / "CHANGELOG.md").read_text("utf-8")
    head, _, rest = changes.partition(UNRELEASED)
    if not rest.strip() or rest.lstrip().startswith("## "):
        raise ValueError("CHANGELOG.md has nothing under 'Unreleased' yet")
    for name, (pattern, form) in PLACES.items():
        text = (root / name).read_text("utf-8")
        new = form.format(version=version)
        (root / name).write_text(
            re.sub(pattern, new, text, flags=re.MULTILINE), "utf-8"
        )
    citation = root / "CITATION.cff"
    day = f"date-released: {today.isoformat()}"
    text = re.sub(r"^date-released: .+$", day, citation.read_text("utf-8"), flags=re.M)
    citation.write_text(text, "utf-8")
    entry = f"{UNRELEASED}\n## {version} ({today.isoformat()})\n"
    (root / "CHANGELOG.md").write_text(head + entry + rest, "utf-8")


def main() -> None:
    """Write the version given, and say what comes next."""
    if len(sys.argv) != 2:
        sys.exit(
            f"The version is {current()}. To change it: make version VERSION=0.2.0"
        )
    try:
        write(sys.argv[1], datetime.datetime.now(datetime.UTC).date())
    except ValueError as error:
        sys.exit(str(error))
    print(f"Now: make test, commit, git tag v{sys.argv[1]}, git push --tags")


if __name__ == "__main__":
    main()
