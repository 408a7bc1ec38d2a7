"""Try README's commands where nothing is installed: `sudo python3 tools/bare_roots.py`.

Makes a bare Debian with debootstrap, adds Python, make and git, clones this repository
into it, and runs commands there, as an ordinary user or as root. What is uncommitted does
not come along. Needs root, Linux, debootstrap and bubblewrap, and some 10 GB of disk.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

ADDED = ("ca-certificates", "git", "make", "python3")
READER = 1000  # the ordinary user's number
HOME = "/home/reader"


def make_root(suite: str, folder: Path, packages: tuple[str, ...] = ADDED) -> None:
    """Fill a folder with a bare Debian and a clone of this repository."""
    chosen = ["--variant=minbase", f"--include={','.join(packages)}"]
    subprocess.run(["debootstrap", *chosen, suite, str(folder)], check=True)
    course = folder / HOME[1:] / "convbook"
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(course)], check=True)
    passwd = folder / "etc" / "passwd"
    line = f"reader:x:{READER}:{READER}:a reader:{HOME}:/bin/sh\n"
    passwd.write_text(passwd.read_text("utf-8") + line, "utf-8")


def run(folder: Path, command: str, user: str, bound: list[str]) -> tuple[int, float]:
    """Run a command in the clone; return its exit status and the seconds it took."""
    number = 0 if user == "root" else READER
    course = folder / HOME[1:]
    subprocess.run(["chown", "-R", f"{number}:{number}", str(course)], check=True)
    binds = [part for path in bound for part in ("--ro-bind", path, path)]
    settings = {key: value for key, value in os.environ.items() if key[:4] == "PIP_"}
    settings |= {"HOME": HOME if number else "/root", "TERM": "dumb"}
    settings |= {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"}
    # Not chroot, nor a /proc that bubblewrap has covered in parts: within those one may not
    # make namespaces with a /proc of their own, and the grader's sandbox does.
    enter = ["bwrap", "--bind", str(folder), "/"]
    enter += ["--dev", "/dev", "--bind", "/proc", "/proc"]
    enter += ["--perms", "1777", "--tmpfs", "/tmp"]
    enter += ["--perms", "1777", "--tmpfs", "/dev/shm"]
    enter += ["--ro-bind", "/etc/resolv.conf", "/etc/resolv.conf"]
    enter += [*binds, "--clearenv", "--die-with-parent"]
    enter += [part for pair in settings.items() for part in ("--setenv", *pair)]
    enter += ["--cap-add", "ALL", "--chdir", f"{HOME}/convbook", "--"]
    if number:
        ids = [f"--reuid={READER}", f"--regid={READER}", "--clear-groups"]
        enter += ["setpriv", *ids, "--bounding-set=-all", "--inh-caps=-all"]
    start = time.monotonic()
    done = subprocess.run([*enter, "sh", "-c", command], stdin=subprocess.DEVNULL)
    return done.returncode, time.monotonic() - start


def main() -> None:
    """Make the roots and print one line for each command that ran in one."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("suites", nargs="*", help="Debian's (default: bookworm trixie)")
    parser.add_argument("--folder", type=Path, default=Path("/var/tmp/convbook-roots"))
    parser.add_argument("--user", choices=("reader", "root"), action="append")
    parser.add_argument(
        "--command", action="append", help="default: make book, make test"
    )
    parser.add_argument(
        "--bind", action="append", default=[], help="show a path of this machine too"
    )
    parser.add_argument("--add", action="append", default=[], help="a package to add")
    parser.add_argument("--keep", action="store_true", help="keep the roots")
    options = parser.parse_args()
    if os.geteuid() != 0:
        sys.exit("Making a root needs root: sudo python3 tools/bare_roots.py")
    for program in ("debootstrap", "bwrap", "setpriv"):
        if shutil.which(program) is None:
            sys.exit(f"{program} is missing. On Debian: apt install {program}")
    failed = 0
    for suite in options.suites or ["bookworm", "trixie"]:
        for user in options.user or ["reader", "root"]:
            folder = options.folder / f"{suite}-{user}"
            # Only root can add what venv needs; a reader is told, and has added it.
            added = (*options.add, *(["python3-venv"] if user == "reader" else []))
            if not folder.exists():
                make_root(suite, folder, (*ADDED, *added))
            for command in options.command or ["make book", "make test"]:
                status, seconds = run(folder, command, user, options.bind)
                failed += bool(status)
                word = f"ended with {status}" if status else "ok"
                print(
                    f"{suite}, {user}: {command}: {word}, {seconds:.0f} s", flush=True
                )
            if not options.keep:
                shutil.rmtree(folder)
    sys.exit(bool(failed))


if __name__ == "__main__":
    main()
