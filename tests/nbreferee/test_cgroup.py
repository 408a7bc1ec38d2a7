"""Where the system gives cgroups, the kernel holds each submission's memory, all of it."""

import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from nbreferee import wire
from nbreferee.limits import MB
from nbreferee.run import cgroup
from nbreferee.run.sandbox import Sandbox
from tests import missing
from tests.nbreferee.test_sandbox import PROCESSES, SOCKETS, WATCHES, fate, printed
from tests.nbreferee.tiny import LIMITS, SETTING


@pytest.fixture(scope="module")
def place():
    missing.need_sandbox()
    need_cgroups()
    with Sandbox(["numpy"], LIMITS, SETTING) as place:
        yield place


def need_cgroups():
    """Skip the test where this system lets nobody divide memory: no package changes that."""
    if cgroup.way().words is None:
        pytest.skip(f"cgroups {missing.SENTENCE}: {cgroup.way().reason}")


def read(process, name):
    return int((process.cgroup.path / name).read_text())


def test_where_there_are_none_it_is_said_why():
    way = cgroup.way()
    assert (way.words is None) == bool(way.reason)
    assert "\n" not in way.reason


def test_who_refuses_before_being_asked_is_heard_too(monkeypatch):
    class Ended(subprocess.Popen):
        def __init__(self, *args, **options):
            super().__init__(*args, **options)
            self.wait()

    monkeypatch.setattr(subprocess, "Popen", Ended)
    refuses = cgroup.Way(("sh", "-c", "echo Not here. >&2; echo Ask. >&2; exit 1"), {})
    with pytest.raises(cgroup.NoCgroup, match=r"^sh says: Not here$"):
        cgroup._try(refuses)


TAKERS = {
    "processes": PROCESSES,
    "sockets": SOCKETS,
    "faster than anybody looks": """
import os
for _ in range(2):
    if os.fork() == 0:
        keep = b"1" * (400 << 20)
os.wait()
""",
}


@pytest.mark.parametrize("source", TAKERS.values(), ids=TAKERS)
def test_nobody_gets_a_page_beyond_the_limit(student, source):
    with pytest.raises(wire.Closed):
        printed(student, source)
    peak = read(student, "memory.peak")
    assert LIMITS.memory_mb * MB // 2 < peak <= LIMITS.memory_mb * MB
    assert student.end(grace=5) == wire.MEMORY


KERNEL = {
    "sockets": """
import socket
keep = [socket.socketpair() for _ in range(100)]
for pair in keep:
    pair[0].setblocking(False)
    try:
        while True:
            pair[0].send(bytes(50_000))
    except OSError:
        pass
""",
    "pipes": """
import os
keep = [os.pipe() for _ in range(200)]
for pair in keep:
    os.write(pair[1], bytes(65536))
""",
    "watches": WATCHES,
    "files": """
with open("/dev/shm/data", "wb") as keep:
    keep.write(bytes(12 << 20))
""",
}


@pytest.mark.parametrize("source", KERNEL.values(), ids=KERNEL)
def test_what_the_kernel_holds_is_counted(student, source):
    printed(student, "1")
    before = read(student, "memory.current")
    printed(student, source)
    assert read(student, "memory.current") > before + 8 * MB


def test_one_that_takes_too_much_ends_with_all_beside_it_and_nobody_else(place):
    neighbour, greedy = (place.fork("student", LIMITS) for _ in range(2))
    source = """
import os, time
if os.fork() == 0:
    keep = [bytearray(os.urandom(1 << 20)) for _ in range(1000)]
time.sleep(100)
"""
    assert fate(greedy, source) == wire.MEMORY
    assert printed(neighbour, "print(1)") == "1"
    neighbour.end()


def test_a_student_sees_no_cgroup_and_cannot_leave_its_own(student):
    source = """
import os
print(open("/proc/self/cgroup").read().splitlines()[-1])
files = [os.path.realpath(f"/proc/self/fd/{number}") for number in range(64)]
print([name for name in files if "cgroup" in name or "memory" in name])
print(os.path.exists("/sys"))
"""
    assert printed(student, source).split("\n") == ["0::/", "[]", "False"]
    inside = (student.cgroup.path / "cgroup.procs").read_text().split()
    assert len(inside) == 1


def test_nothing_is_left_of_a_submissions_cgroup(place):
    process = place.fork("student", LIMITS)
    path = process.cgroup.path
    assert path.exists()
    process.end()
    assert not path.exists()


WORKER = """
import sys, time
from nbreferee.limits import Limits
from nbreferee.run import cgroup
from nbreferee.run.sandbox import Sandbox

sandbox = Sandbox()
process = sandbox.fork("student", Limits())
print(process.cgroup.path, flush=True)
time.sleep(600)
"""


def test_nothing_is_left_of_a_worker_that_is_killed():
    missing.need_sandbox()
    need_cgroups()
    worker = psutil.Popen(
        [sys.executable, "-c", WORKER], stdout=subprocess.PIPE, text=True
    )
    path = Path(worker.stdout.readline().strip())
    assert path.exists()
    worker.kill()
    worker.wait()
    soon = time.monotonic() + 30
    while path.exists():
        if not cgroup.way().words:  # nobody else clears it away: the next worker does
            Sandbox().close()
        assert time.monotonic() < soon, path
        time.sleep(0.1)


OWN = """
from nbreferee import wire
from nbreferee.run import cgroup
from nbreferee.run.sandbox import Sandbox

cgroup._systemd = lambda: cgroup.Way(("no-systemd-here",), {})
print(cgroup.way().words)
from tests.nbreferee.test_cgroup import TAKERS, fate
from tests.nbreferee.tiny import LIMITS
with Sandbox() as sandbox:
    print(sandbox.fork("student", LIMITS).cgroup.path.parent)
    print(fate(sandbox.fork("student", LIMITS), TAKERS["processes"]) == wire.MEMORY)
"""


def test_a_cgroup_that_is_ours_already_will_do_for_many_workers():
    missing.need_sandbox()
    need_cgroups()
    words = [*cgroup.way().words, sys.executable, "-c"]
    if len(words) == 2:
        pytest.skip(f"systemd {missing.SENTENCE}: it gives a cgroup of one's own")
    both = "import subprocess, sys; both = [subprocess.Popen([sys.executable, '-c', sys.argv[1]])"
    both += " for _ in range(2)]; sys.exit(sum(one.wait() for one in both))"
    done = subprocess.run([*words, both, OWN], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    lines = sorted(done.stdout.splitlines())
    assert [line for line in lines if "/" not in line] == ["()", "()", "True", "True"]
    paths = {line for line in lines if "/" in line}
    assert len(paths) == 1
    assert paths.pop().endswith(".scope")
