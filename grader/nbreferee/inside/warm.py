"""The warm process: it imports the libraries once and forks a process for each submission.

It runs inside bubblewrap (see `run/sandbox.py`) and runs trusted code alone: no cell of any notebook
is ever executed in it, and no hidden test is ever sent to it. What it forks gets, from the kernel
and for itself alone,

- a process namespace: its processes see and can signal nobody else, and when its first process
  is killed the kernel kills all the others, daemons included, before `wait` returns;
- a mount namespace with an empty, size-limited `/tmp` and `/dev/shm` and a few terminals, which
  vanish with it;
- a network namespace without any interface, not even loopback, and its own System V IPC;
- the worker's own cores, which it cannot leave;
- no capability, no way to gain one, limits on processes, files and data, a filter on system calls
  (`syscalls.py`), and a limit on the memory of all its processes together, what the kernel holds
  for them included: by a cgroup where the worker gives one, else by a watchdog (`memory.py`).

So nothing has to be cleaned up between two submissions, and nothing can be left behind: what the
first one did is gone with its namespaces. Two roles are forked this way: the student's process
(`student.py`) and the referee (`referee.py`), each with a socket to the worker outside.
"""

from __future__ import annotations

import ctypes
import importlib
import json
import os
import resource
import select
import signal
import socket
import sys
import time
import traceback
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nbreferee.inside import syscalls
from nbreferee.inside.memory import Held, Watched, sizes
from nbreferee.inside.scarcity import Scarcity
from nbreferee.wire import BROKEN, MEMORY, SCARCE

if TYPE_CHECKING:
    from collections.abc import Callable

CLONE_NEWNS, CLONE_NEWCGROUP, CLONE_NEWUTS = 0x00020000, 0x02000000, 0x04000000
CLONE_NEWIPC, CLONE_NEWPID, CLONE_NEWNET = 0x08000000, 0x20000000, 0x40000000
MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC = 1, 2, 4, 8
MS_BIND, MS_MOVE, MS_REC, MS_PRIVATE = 4096, 8192, 16384, 1 << 18
PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_CAPBSET_DROP, PR_SET_NO_NEW_PRIVS = 1, 4, 24, 38
PR_SET_THP_DISABLE, PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL = 41, 47, 4

# Where the assignment's files lie and its cells run.
FOLDER = "/tmp/assignment"

_libc = ctypes.CDLL(None, use_errno=True)


def main(fd: int) -> None:
    """Import what the assignment imports, then fork what the worker asks for until it hangs up.

    Args:
        fd: the socket to the worker, whose first message holds the settings.
    """
    control = socket.socket(fileno=fd)
    settings = json.loads(control.recv(1 << 18)) | {"control": fd}
    _libc.prctl(PR_SET_DUMPABLE, 0)
    if settings["cpus"]:
        os.sched_setaffinity(0, settings["cpus"])
    _load(settings["modules"])
    roles = {
        name: importlib.import_module(f"nbreferee.inside.{name}")
        for name in ("student", "referee")
    }
    for role in roles.values():
        role.prepare()
    control.send(b'{"warm": true}')
    while True:
        message, fds, _, _ = socket.recv_fds(control, 1 << 16, 5)
        if not message:  # the worker is gone: so is this process, with all it forked
            return
        ask = json.loads(message)
        if "fork" in ask:
            pid = _fork(
                settings, roles[ask["fork"]].main, ask["fork"], fds, ask["limits"]
            )
            for fd in fds:
                os.close(fd)
            reply = {"pid": pid}
        elif "load" in ask:
            _load(ask["load"])
            reply = {}
        else:
            reply = {"status": _end(ask["end"], ask["grace"])}
        control.send(json.dumps(reply).encode())


def _load(modules: list[str]) -> None:
    for name in modules:
        # A module that is missing is missing in the notebook too, and is reported there.
        if name not in sys.modules:
            with suppress(Exception):
                importlib.import_module(name)


def _fork(
    settings: dict[str, Any],
    run: Callable[[socket.socket, dict[str, int]], None],
    role: str,
    fds: list[int],
    limits: dict[str, int],
) -> int:
    """Fork the first process of a new set of namespaces; return its pid.

    Args:
        settings: what `main` got.
        run: what the process does in the end.
        role: its name.
        fds: a socket to the worker; one by which it says when to stand still; and, if there is
            a cgroup, a way into it, its events and what it holds.
        limits: what the kernel enforces, in bytes.
    """
    fd, clock, *cgroup = fds
    # The next child is the first process of a new namespace; then back to our own.
    home = os.open("/proc/self/ns/pid", os.O_RDONLY | os.O_CLOEXEC)
    _call("unshare", CLONE_NEWPID)
    pid = os.fork()
    if pid:
        _call("setns", home, CLONE_NEWPID)
        os.close(home)
        return pid
    status = BROKEN
    try:
        os.close(settings["control"])
        # When the warm process dies, its worker killed, nothing is to go on running.
        _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        os.close(home)
        _isolate(settings, limits)
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})
        child = os.fork()
        if child == 0:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})
            if cgroup:
                _enter(cgroup[0])
            for other in (clock, settings["board"], *cgroup):
                os.close(other)
            _confine(settings, role, limits)
            os.makedirs(os.environ["HOME"], exist_ok=True)
            os.makedirs(FOLDER, exist_ok=True)
            os.chdir(FOLDER)
            null = os.open(os.devnull, os.O_RDWR)
            for standard in (0, 1, 2):
                os.dup2(null, standard)
            run(socket.socket(fileno=fd), limits)
            status = 0
        else:
            os.close(fd)
            memory = Held(*cgroup[1:]) if cgroup else Watched(limits["memory"])
            scarcity = Scarcity(settings["board"], limits["floor"])
            status = _watch(
                child,
                memory,
                socket.socket(fileno=clock),
                scarcity if role == "student" else None,
            )
    except BaseException:
        with suppress(Exception):
            traceback.print_exc()
    finally:
        os._exit(status)


def _isolate(settings: dict[str, Any], limits: dict[str, int]) -> None:
    """Leave the namespaces of the warm process for new, empty ones."""
    _call("unshare", CLONE_NEWNS | CLONE_NEWIPC | CLONE_NEWNET | CLONE_NEWUTS)
    _mount(None, "/", None, MS_REC | MS_PRIVATE)
    _mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC)
    size = f"size={limits['disk']},nr_inodes=20000,mode=1777"
    # What Python needs may itself lie under /tmp: it is carried over before the new /tmp moves in.
    _mount("tmpfs", "/mnt", "tmpfs", MS_NOSUID | MS_NODEV, size)
    for path in settings["keep"]:
        place = "/mnt" + path.removeprefix("/tmp")
        os.makedirs(place, exist_ok=True)
        _mount(path, place, None, MS_BIND | MS_REC)
    _mount("/mnt", "/tmp", None, MS_MOVE)
    # A shared map of /dev/zero is memory that nobody counts.
    _mount("/dev/null", "/dev/zero", None, MS_BIND)
    _mount("tmpfs", "/dev/shm", "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, size)
    # The machine has some thousand terminals for all.
    few = "newinstance,ptmxmode=0666,mode=0620,max=32"
    _mount("devpts", "/dev/pts", "devpts", MS_NOSUID | MS_NOEXEC, few)


def _enter(way: int) -> None:
    """Move this process into a cgroup, with all that it will start; it sees no other."""
    os.write(way, b"0")
    _call("unshare", CLONE_NEWCGROUP)


def _confine(settings: dict[str, Any], role: str, limits: dict[str, int]) -> None:
    """Give up everything that code from a notebook has no business with."""
    os.setsid()
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000")
    for name, amount in [
        ("CORE", 0),
        ("NPROC", limits["processes"]),
        ("FSIZE", limits["file"]),
        ("NOFILE", 512),
        ("MSGQUEUE", 0),
        ("MEMLOCK", 1 << 16),
        ("DATA", sizes(Path("/proc/self/status"))["VmData"] + limits["memory"]),
    ]:
        kind = getattr(resource, f"RLIMIT_{name}")
        hard = resource.getrlimit(kind)[1]
        if hard != resource.RLIM_INFINITY:
            amount = min(amount, hard)
        resource.setrlimit(kind, (amount, amount))
    for capability in range(64):
        if _libc.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) != 0:
            break
    _libc.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0)
    if settings["uids"]:  # the warm process is root: the others are nobody that exists
        uid = settings["uids"][role]
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)
    _call("capset", header, (ctypes.c_uint32 * 6)())
    _call("prctl", PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    _call("prctl", PR_SET_DUMPABLE, 1, 0, 0, 0)
    # Of a huge page that was given back but for a small part, the small part alone is counted,
    # and all of it is held.
    _call("prctl", PR_SET_THP_DISABLE, 1, 0, 0, 0)
    syscalls.forbid()


def _watch(
    child: int,
    memory: Held | Watched,
    clock: socket.socket,
    scarcity: Scarcity | None,
) -> int:
    """Wait for the child as the first process of its namespace; end it when it takes too much.

    The worker lets everything here stand still, and go on, by a letter on the clock: what the
    student's process has started is not to take processor time from the referee. When this
    process exits, the kernel kills everything else that the namespace holds.
    """
    while True:
        status = _ended(child)
        if memory.over():
            return MEMORY
        if status is not None:
            return status
        # No room for the file that is shared: the limits hold still.
        with suppress(OSError):
            if scarcity and scarcity.near() and scarcity.ends(memory.amount()):
                return SCARCE
        # A child that ends is waited for at once: its signal wakes this up.
        if signal.sigtimedwait({signal.SIGCHLD}, 0) is None:
            _pause_or_wait(clock)


def _ended(child: int) -> int | None:
    """Bury what has ended here; return how the child ended, if it has."""
    with suppress(ChildProcessError):
        while (found := os.waitpid(-1, os.WNOHANG))[0]:
            if found[0] == child:
                code = os.waitstatus_to_exitcode(found[1])
                return code if code >= 0 else 128 - code
    return None


def _pause_or_wait(clock: socket.socket) -> None:
    """Wait a moment for a letter of the worker, and do as it says."""
    if not select.select([clock], [], [], 0.03)[0]:
        return
    letter = clock.recv(1)
    if not letter:  # the worker hangs up: it will kill this process
        time.sleep(0.03)
        return
    with suppress(ProcessLookupError):
        os.kill(-1, signal.SIGSTOP if letter == b"s" else signal.SIGCONT)
    with suppress(OSError):
        clock.send(letter)


def _end(pid: int, grace: float) -> int:
    """Wait `grace` seconds for a forked process, then kill it and everything in its namespace."""
    fd = os.pidfd_open(pid)
    if not select.select([fd], [], [], grace)[0]:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    os.close(fd)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def _mount(
    source: str | None, target: str, kind: str | None, flags: int, data: str = ""
) -> None:
    texts = [
        text.encode() if text is not None else None for text in (source, target, kind)
    ]
    _call("mount", *texts, ctypes.c_ulong(flags), data.encode() or None)


def _call(name: str, *arguments: object) -> None:
    if getattr(_libc, name)(*arguments) != 0:
        code = ctypes.get_errno()
        raise OSError(code, f"{name}: {os.strerror(code)}")
