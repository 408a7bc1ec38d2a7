"""Build what is published, and nothing else: `make wheel`.

`convbook` and `nbreferee`, each as a wheel and as a source archive. Built from what git
knows: a stray file in a folder of the package stays here.
"""

from __future__ import annotations

import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from tools.notebooks import ROOT

PROJECTS = (".", "grader")


def tracked(folder: Path) -> None:
    """Copy the files that git knows, as they are now, into a folder."""
    names = subprocess.check_output(["git", "ls-files", "-z"], cwd=ROOT, text=True)
    for name in filter(None, names.split("\0")):
        if (ROOT / name).exists():
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes((ROOT / name).read_bytes())


def build(destination: Path) -> list[Path]:
    """Build both projects with uv; return the files, wheels before archives."""
    with tempfile.TemporaryDirectory() as folder:
        tracked(Path(folder))
        for project in PROJECTS:
            command = ["build", "--quiet", "--no-build-isolation", "--python"]
            where = [
                "--out-dir",
                str(destination.resolve()),
                str(Path(folder, project)),
            ]
            uv = Path(sys.executable).with_name("uv")
            subprocess.run([uv, *command, sys.executable, *where], check=True)
    (destination / ".gitignore").unlink(missing_ok=True)
    return [*sorted(destination.glob("*.whl")), *sorted(destination.glob("*.tar.gz"))]


def main() -> None:
    """Build into a folder and say what came out."""
    for path in build(Path(sys.argv[1])):
        if path.suffix == ".gz":
            with tarfile.open(path) as archive:
                count = len(archive.getnames())
            print(f"{path}: {path.stat().st_size:,} bytes, {count} files")
        else:
            print(f"{path}: {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
