"""A place for code that nobody trusts: bubblewrap around a warm process that forks.

**What the student's process can see**: the system's programs and libraries (`/usr`), the Python
environment, this package, the course's and its data sets, read-only; the files that the assignment
ships; an empty `/tmp`.
Not there: the course, the gradebook, other students' work, any home directory, any network (not
even loopback), any other process. What it can use up: `Limits`.

**Why no Jupyter kernel.** A kernel would put ZeroMQ sockets, a connection file with its signing
key, a heartbeat thread and pickled history into the student's process, and a client that parses
whatever comes back: whoever runs code in a kernel can forge every message that the kernel sends.
Here one inherited socket pair per process is all there is. It carries length-limited JSON and npy
(`wire.py`), each end belongs to one process, and no address exists that anyone else could connect
to. Cells still run in IPython's own `InteractiveShell`, so magics, displays and figures work.

**Why processes are forked.** Importing TensorFlow takes longer than grading with it. A warm
process inside the sandbox has imported everything; each submission gets a fork of it, in
namespaces of its own (`warm.py`), which the kernel takes down with everything in it.

**What it needs**: Linux with bubblewrap. An ordinary user needs unprivileged user namespaces,
which most systems allow; Ubuntu 23.10 and newer need the AppArmor profile beside this file.
Root needs neither: the sandbox then gives
each student's process a user id that nobody has. `Sandbox` raises `SandboxError` with these words
where the system cannot provide it; nothing falls back to running without it.
"""

from __future__ import annotations

import importlib.util
import json
import os
import select
import shutil
import socket
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import platformdirs

from nbreferee import wire
from nbreferee.limits import MB, Limits
from nbreferee.run import cgroup
from nbreferee.run.cgroup import Cgroup, NoCgroup
from nbreferee.setting import Setting

# Where this package and the course's are seen in the sandbox.
PACKAGES = "/opt/course"


class SandboxError(RuntimeError):
    """The system cannot run the sandbox, or the warm process in it is gone."""


class Process:
    """A forked process, student or referee, and the socket to it."""

    def __init__(
        self,
        sandbox: Sandbox,
        pid: int,
        sock: socket.socket,
        clock: socket.socket,
        limit: int,
        cgroup: Cgroup | None,
    ) -> None:
        self.sandbox, self.pid, self.sock, self.limit = sandbox, pid, sock, limit
        self.clock, self.still, self.cgroup = clock, False, cgroup
        self.ended = False

    def pause(self, still: bool) -> None:
        """Let it and all that it has started stand still, or go on."""
        if still == self.still or self.ended:
            return
        self.still = still
        with suppress(OSError):  # gone: whoever asks it next is told so
            self.clock.settimeout(5)
            self.clock.send(b"s" if still else b"c")
            self.clock.recv(1)

    def waits(self, seconds: float) -> bool:
        """Whether no message has come from it after some time."""
        return not select.select([self.sock], [], [], seconds)[0]

    def send(self, kind: bytes, payload: bytes | bytearray, deadline: float) -> None:
        """Send a message; see `wire.send` for the errors."""
        wire.send(self.sock, kind, payload, deadline)

    def receive(
        self, deadline: float, limit: int | None = None
    ) -> tuple[bytes, bytearray]:
        """Receive a message of `limit` bytes at most; see `wire.receive` for the errors."""
        return wire.receive(self.sock, limit or self.limit, deadline)

    def end(self, grace: float = 0.0) -> int:
        """Kill it, after `grace` seconds to go by itself, and everything that it has started.

        Returns:
            Its exit status, in the terms of `wire.py`: below 128 its own, 128 + n for signal n,
            `wire.MEMORY`, `wire.OUTPUT`; negative if it had to be killed.
        """
        if self.ended:
            return 0
        self.ended = True
        self.sock.close()
        self.clock.close()
        end = {"end": self.pid, "grace": grace}
        status = self.sandbox.ask(end, timeout=grace + 30)["status"]
        if self.cgroup:
            self.cgroup.remove()
        return status


class Sandbox:
    """Bubblewrap with a warm process inside.

    Args:
        modules: what the warm process imports.
        limits: `threads` counts here; the others are given for each fork.
        setting: what the sandbox shows of the course.

    Raises:
        SandboxError: if the system cannot provide the sandbox.
    """

    def __init__(
        self,
        modules: Iterable[str] = (),
        limits: Limits | None = None,
        setting: Setting | None = None,
    ) -> None:
        limits, setting = limits or Limits(), setting or Setting()
        self.control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        packages = [_package(name) for name in ("nbreferee", *setting.packages)]
        data = {name: _data_folder(name, cache) for name, cache in setting.data}
        mounts = [
            *_python_folders(),
            *sorted({str(path) for path in data.values() if path}),
        ]
        root = os.geteuid() == 0
        base = 1_000_000 + 2 * os.getpid()
        settings = {
            "modules": list(modules),
            "keep": [path for path in mounts if path.startswith("/tmp/")],
            "cpus": _own_cpus(limits.threads),
            "uids": {"student": base, "referee": base + 1} if root else None,
        }
        start = "import sys; sys.path[:0] = {!r}; from nbreferee.inside import warm"
        start += "; warm.main(int(sys.argv[1]))"
        command = [
            sys.executable,
            "-I",
            "-B",
            "-c",
            start.format([PACKAGES]),
            str(theirs.fileno()),
        ]
        environment = _environment(limits.threads, data, dict(setting.environment))
        command = [*_bubblewrap(mounts, packages, environment, root), *command]
        way = cgroup.way()
        self.errors = tempfile.TemporaryFile()  # noqa: SIM115
        settings["board"] = board = _board()
        try:
            self.process = subprocess.Popen(
                [*(way.words or ()), *command],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=self.errors,
                env={**environment, **way.environment},
                pass_fds=[theirs.fileno(), board],
                start_new_session=True,
            )
        except OSError as error:
            raise SandboxError(f"The sandbox does not start: {error}") from None
        finally:
            theirs.close()
            os.close(board)
        try:
            # Not on the command line, which students can read: it would name what tests import.
            self.ask(settings, timeout=300)
            self.folder = None if way.words is None else cgroup.Folder(self.process.pid)
        except NoCgroup as error:
            self.close()
            raise SandboxError(
                f"The sandbox's cgroup cannot be divided: {error}"
            ) from None
        except SandboxError:
            self.close()
            self.errors.seek(0)
            said = self.errors.read()[-2000:].decode("utf-8", "replace").strip()
            raise SandboxError(_explain(said)) from None

    def fork(self, role: str, limits: Limits) -> Process:
        """Fork a student's process or a referee.

        Raises:
            SandboxError: if the warm process is gone; then this sandbox is of no more use.
        """
        ours, theirs = socket.socketpair()
        clock, watched = socket.socketpair()
        room, opened = self._room(limits.memory_mb * MB)
        try:
            with theirs, watched:
                message = {"fork": role, "limits": limits.as_bytes()}
                fds = [theirs.fileno(), watched.fileno(), *opened]
                pid = self.ask(message, timeout=60, fds=fds)["pid"]
        finally:
            for fd in opened:
                os.close(fd)
        limit = limits.message_mb * MB + wire.BOUNDS.text
        return Process(self, pid, ours, clock, limit, room)

    def _room(self, memory: int) -> tuple[Cgroup | None, list[int]]:
        """Make a cgroup, if this sandbox has them, and open what the warm process needs."""
        if self.folder is None:
            return None, []
        try:
            room = self.folder.make(memory)
            return room, room.open()
        except (NoCgroup, OSError) as error:
            raise SandboxError(f"No cgroup can be made: {error}") from None

    def load(self, modules: Iterable[str]) -> None:
        """Let the warm process import more modules."""
        names = list(modules)
        for place in range(0, len(names), 200):
            self.ask({"load": names[place : place + 200]}, timeout=300)

    def ask(
        self, message: dict[str, Any], timeout: float, fds: Iterable[int] = ()
    ) -> dict[str, Any]:
        """Tell the warm process to fork or to end one that it forked."""
        try:
            self.control.settimeout(timeout)
            socket.send_fds(self.control, [json.dumps(message).encode()], list(fds))
        except OSError as error:
            raise SandboxError(f"The warm process is gone: {error}") from None
        return self._answer(timeout)

    def _answer(self, timeout: float) -> dict[str, Any]:
        try:
            self.control.settimeout(timeout)
            answer = self.control.recv(1 << 16)
        except OSError as error:
            raise SandboxError(f"The warm process does not answer: {error}") from None
        if not answer:
            raise SandboxError("The warm process is gone.")
        return json.loads(answer)

    @property
    def alive(self) -> bool:
        """Whether the warm process is there."""
        return self.process.poll() is None

    def close(self) -> None:
        """End the warm process and everything in the sandbox."""
        self.control.close()
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(5)
            return
        self.process.kill()
        self.process.wait()

    def __enter__(self) -> Sandbox:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()


_cpus: dict[int, list[int]] = {}
_claims: list[socket.socket] = []


def _own_cpus(count: int) -> list[int]:
    """Take cores for this worker alone; return none if there are not enough free ones.

    A student who starts hundreds of busy processes then slows nobody but himself. A core is
    taken by binding a Unix socket without a file, which the kernel releases with the worker.
    """
    if count not in _cpus:
        claims = {}
        for cpu in sorted(os.sched_getaffinity(0)):
            claim = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
            try:
                claim.bind(f"\0nbreferee-core-{cpu}")
                claims[cpu] = claim
            except OSError:
                claim.close()
            if len(claims) == count:
                break
        if len(claims) < count:
            for claim in claims.values():
                claim.close()
            claims = {}
        _claims.extend(claims.values())
        _cpus[count] = list(claims)
    return _cpus[count]


def _board() -> int:
    """Open the file in which this user's sandboxes say what they hold (`inside/scarcity.py`).

    Raises:
        SandboxError: if it cannot be opened, or is somebody else's.
    """
    uid = os.geteuid()
    here = os.environ.get("XDG_RUNTIME_DIR") or tempfile.gettempdir()
    path = Path(here) / f"nbreferee-{uid}-memory"
    try:
        flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
        board = os.open(path, flags, 0o600)
    except OSError as error:
        raise SandboxError(f"{path} cannot be opened: {error.strerror}") from None
    facts = os.fstat(board)
    if facts.st_uid != uid or not stat.S_ISREG(facts.st_mode):
        os.close(board)
        raise SandboxError(f"{path} is not a file of yours: take it away")
    return board


def _python_folders() -> list[str]:
    """List the folders, outside the system's, in which this Python lives."""
    found = []
    executable = Path(sys.executable)
    for path in (sys.prefix, sys.base_prefix, executable.resolve().parent.parent):
        for folder in (Path(path), Path(path).resolve()):
            if not folder.is_relative_to("/usr") and str(folder) not in found:
                found.append(str(folder))
    # A folder before what lies in it.
    return sorted(found)


def _package(name: str) -> Path:
    """Return the folder of an installed package, without importing it.

    Raises:
        SandboxError: if it is not installed here.
    """
    spec = importlib.util.find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise SandboxError(
            f"The package {name}, which the course shows to its students, is not installed "
            "here; c.Referee.packages in nbgrader_config.py names it."
        )
    return Path(next(iter(spec.submodule_search_locations))).resolve()


def _data_folder(variable: str, cache: str) -> Path | None:
    """Return where this machine keeps data sets that students may read."""
    found = os.environ.get(variable) or platformdirs.user_cache_dir(cache)
    return Path(found).resolve() if os.path.isdir(found) else None


def _environment(
    threads: int,
    data: Mapping[str, Path | None],
    more: Mapping[str, str],
) -> dict[str, str]:
    numbers = ("OMP", "OPENBLAS", "MKL", "NUMEXPR")
    return {
        "PATH": f"{Path(sys.executable).parent}:/usr/local/bin:/usr/bin:/bin",
        "HOME": "/tmp/home",
        "TMPDIR": "/tmp",
        "USER": "student",
        "LOGNAME": "student",
        "LANG": "C.UTF-8",
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "MPLCONFIGDIR": "/tmp/home/.matplotlib",
        "KERAS_HOME": "/tmp/home/.keras",
        "CUDA_VISIBLE_DEVICES": "",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "NBGRADER_EXECUTION": "autograde",
        "PIP_NO_INDEX": "1",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        **{f"{name}_NUM_THREADS": str(threads) for name in numbers},
        "TF_NUM_INTRAOP_THREADS": str(threads),
        "TF_NUM_INTEROP_THREADS": str(threads),
        **{name: str(path or "/tmp/home/data") for name, path in data.items()},
        **more,
    }


def _bubblewrap(
    mounts: list[str], packages: list[Path], environment: dict[str, str], root: bool
) -> list[str]:
    """Return the command that puts another one into the sandbox."""
    program = shutil.which("bwrap")
    if sys.platform != "linux" or program is None:
        raise SandboxError(_explain("bwrap is not there"))
    command = [
        program,
        "--unshare-pid",
        "--unshare-net",
        "--unshare-ipc",
        "--unshare-uts",
    ]
    if not root:
        # Named 0 inside, so that bubblewrap makes one user namespace that owns all the others.
        command += ["--unshare-user", "--uid", "0", "--gid", "0"]
    # For the warm process, which forks into new namespaces; what it forks gives up all of them.
    command += ["--cap-add", "ALL", "--clearenv"]
    for name, value in environment.items():
        command += ["--setenv", name, value]
    command += ["--ro-bind", "/usr", "/usr"]
    for name in ("/bin", "/sbin", "/lib", "/lib32", "/lib64"):
        if os.path.islink(name):
            command += ["--symlink", os.readlink(name), name]
        elif os.path.isdir(name):
            command += ["--ro-bind", name, name]
    known = ("alternatives", "fonts", "ld.so.cache", "localtime", "mime.types")
    for name in (*known, "ssl/certs"):
        command += ["--ro-bind-try", f"/etc/{name}", f"/etc/{name}"]
    command += [
        "--proc",
        "/proc",
        "--dev",
        "/dev",
        "--tmpfs",
        "/tmp",
        "--dir",
        "/tmp/home",
    ]
    command += ["--dir", "/mnt"]
    shown = [(path, path) for path in mounts]
    shown += [(str(path), f"{PACKAGES}/{path.name}") for path in packages]
    for source, place in shown:
        # Folders on the way to a mount would be closed to the student's user id.
        for parent in reversed(Path(place).parents):
            if parent != Path("/"):
                command += ["--dir", str(parent)]
        command += ["--ro-bind", source, place]
    return [
        *command,
        "--remount-ro",
        "/dev",
        "--remount-ro",
        "/",
        "--chdir",
        "/tmp",
        "--",
    ]


def _explain(said: str) -> str:
    """Say what to do when bubblewrap does not start."""
    if sys.platform != "linux":
        return "The sandbox needs Linux: grade on a Linux machine, in WSL or in a virtual machine."
    if shutil.which("bwrap") is None:
        return (
            "The sandbox needs bubblewrap, which is not installed. On Debian or Ubuntu: "
            "sudo apt install bubblewrap"
        )
    if "namespace" in said or "uid map" in said or "Operation not permitted" in said:
        return (
            "This system does not let an ordinary user make namespaces, which the sandbox needs "
            f"({said.splitlines()[-1]}). {_allow_namespaces()} In Docker: start the container "
            "with --privileged, or grade outside of it."
        )
    return f"The sandbox does not start: {said or 'it ended without a word'}"


def _allow_namespaces(settings: Path = Path("/proc/sys")) -> str:
    """Say how whoever owns this system can let an ordinary user make namespaces."""
    switches = {
        "kernel.unprivileged_userns_clone": 1,
        "user.max_user_namespaces": 15000,
    }
    for switch, amount in switches.items():
        path = settings / switch.replace(".", "/")
        if path.exists() and path.read_text().strip() == "0":
            return f"It is switched off here. To switch it on: sudo sysctl -w {switch}={amount}."
    return (
        "On Ubuntu 23.10 and newer, allow it to bubblewrap alone: "
        f"sudo cp {Path(__file__).with_name('bwrap.apparmor')} /etc/apparmor.d/bwrap && "
        "sudo apparmor_parser -r /etc/apparmor.d/bwrap."
    )
