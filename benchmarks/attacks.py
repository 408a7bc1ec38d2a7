"""What each attack in tests/nbreferee/attacks scores: with plain nbgrader, and with nbreferee.

    python -m benchmarks.attacks [NAME ...]

nbgrader's autograde runs in a container of its own here, so that an attack that works on it harms
nobody. Attacks that take the machine's memory, disk or processes are not tried on it.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

import nbformat

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from nbreferee.run import sandbox  # noqa: E402
from tests.nbreferee import tiny  # noqa: E402
from tests.nbreferee.test_attacks import ATTACKS, LIMITS, Attack  # noqa: E402

RUINOUS = {
    "disk_flood",
    "fork_bomb",
    "left_for_the_next",
    "locks_without_end",
    "memory_bomb",
    "memory_in_children",
    "memory_kept",
    "memory_nobody_counts",
    "output_flood",
    "pictures_without_end",
    "recursion",
    "sockets_that_are_full",
    "thread_bomb",
}
SECONDS = 40  # nbgrader's own limit for a cell is 30


def plainly(submitted: bytes) -> str:
    """Return what nbgrader alone gives: points, or why there are none."""
    with tempfile.NamedTemporaryFile() as file:
        file.write(submitted)
        file.flush()
        root = True  # keep the user: this one is not for secrets
        python = sandbox._python_folders()
        environment = sandbox._environment(1, {}, {}) | {
            "JUPYTER_ALLOW_INSECURE_WRITES": "1"
        }
        command = sandbox._bubblewrap(python, [ROOT / "convbook"], environment, root)
        end = command.index("--remount-ro")
        binds = [
            "--ro-bind",
            str(ROOT),
            str(ROOT),
            "--ro-bind",
            file.name,
            "/submitted",
        ]
        options = [o for o in command[:end] if o not in ("--cap-add", "ALL")]
        binds += ["--die-with-parent", "--chdir", str(ROOT)]
        run = [*options, *binds, "--", sys.executable, "-m"]
        try:
            done = subprocess.run(
                [*run, "benchmarks.attacks", "--inside", "/submitted"],
                capture_output=True,
                text=True,
                timeout=SECONDS * 4,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return "hangs"
    lines = [line for line in done.stdout.splitlines() if line.startswith("score:")]
    return lines[-1][6:].strip() if lines else "no score"


def inside(path: str) -> str:
    """Grade with nbgrader's own autograde, in this process."""
    from nbgrader.apps import NbGraderAPI
    from traitlets.config import Config

    folder = Path(tempfile.mkdtemp())
    (folder / "source" / "a").mkdir(parents=True)
    nbformat.write(tiny.source(), folder / "source" / "a" / "nb.ipynb")
    config = Config()
    config.CourseDirectory.root = str(folder)
    config.CourseDirectory.db_url = f"sqlite:///{folder}/gradebook.db"
    config.Execute.timeout = 30
    api = NbGraderAPI(config=config)
    api.generate_assignment("a")
    place = folder / "submitted" / "s" / "a"
    place.mkdir(parents=True)
    (place / "nb.ipynb").write_bytes(Path(path).read_bytes())
    if not api.autograde("a", "s")["success"]:
        return "no score"
    with api.gradebook as gradebook:
        return f"{gradebook.find_submission('a', 's').score:g}"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("names", nargs="*")
    parser.add_argument("--inside", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.inside:
        print("score:", inside(options.inside))
        return
    print(f"{'attack':40}{'honest':>8}{'nbgrader':>10}{'nbreferee':>10}  verdict")
    for path in ATTACKS:
        if options.names and path.stem not in options.names:
            continue
        attack = Attack.read(path)
        submitted = attack.submission()
        theirs = "not run" if path.stem in RUINOUS else plainly(submitted)
        graded = tiny.graded(submitted, LIMITS)
        row = f"{path.stem:40}{attack.honest:8g}{theirs:>10}{tiny.score(graded):10g}"
        print(f"{row}  {graded.verdict}", flush=True)


if __name__ == "__main__":
    main()
