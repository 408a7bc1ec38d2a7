"""What code in the sandbox can see, reach and use up; and what is left when it is gone."""

import os
import re
import shutil
import struct
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from nbreferee import wire
from nbreferee.limits import Limits
from nbreferee.run import cgroup, pool, sandbox
from nbreferee.run.sandbox import Sandbox, SandboxError
from tests import missing
from tests.nbreferee.tiny import LIMITS, SETTING

# However the memory is held, all else holds too: by a cgroup, where this system has them.
HOLDS = ["watched"] if cgroup.way().words is None else ["watched", "cgroup"]


@pytest.fixture(scope="module", params=HOLDS)
def place(request):
    with pytest.MonkeyPatch.context() as patch:
        if request.param == "watched":
            patch.setattr(cgroup, "way", lambda: cgroup.Way(None, {}, "not wanted"))
        with Sandbox(["numpy"], LIMITS, SETTING) as place:
            yield place


def ask(process, seconds=30, **request):
    deadline = time.monotonic() + seconds
    process.send(b"q", wire.pack(request), deadline)
    return wire.unpack(bytes(process.receive(deadline)[1]), handle=lambda body: body)


def printed(process, source):
    """Run a cell and return what it prints; it must not fail."""
    answer = ask(process, op="cell", source=source, name="a-cell")
    assert answer["raised"] is None, answer
    return "".join(output.get("text", "") for output in answer["outputs"]).strip()


def test_cells_run_in_ipython_with_displays_and_errors(student):
    answer = ask(
        student, op="cell", name="a", source="print(1)\n%time 2\n!echo three\n4"
    )
    text = str(answer["outputs"])
    assert all(part in text for part in ["1", "Wall time", "three", "execute_result"])
    answer = ask(student, op="cell", name="b", source="x = 1\nx / 0")
    assert answer["raised"]["names"][:2] == ["ZeroDivisionError", "ArithmeticError"]
    assert answer["raised"]["where"] == [["b", 2, "x / 0"]]
    assert answer["outputs"][0]["ename"] == "ZeroDivisionError"
    assert printed(student, "print(x)") == "1"
    assert ask(student, op="cell", name="c", source="x = 2\nx;")["outputs"] == []


def test_figures_come_out_as_pictures(student):
    pytest.importorskip("matplotlib")
    source = "%matplotlib inline\nimport matplotlib.pyplot as plt\nplt.plot([1, 2]);"
    answer = ask(student, op="cell", source=source, name="a")
    assert answer["outputs"][-1]["data"]["image/png"].startswith("iVBOR")


def test_only_the_files_of_the_assignment_are_there(place, student):
    assert ask(student, op="start", files={"data/x.txt": b"hello"})["printed"] == ""
    assert printed(student, "print(open('data/x.txt').read())") == "hello"
    answer = ask(student, op="start", files={"../x": b""})
    assert "assignment's folder" in answer["raised"]["message"]


def test_nothing_of_the_course_or_of_anybody_is_visible(student):
    root = Path(__file__).parents[2]
    wanted = [
        root / "solutions",
        root / "tests",
        root / "gradebook.db",
        root / ".git",
        # On the way to the virtual environment, folders are there, and empty but for it.
        *({Path("/home"), Path("/var")} - set(Path(sys.prefix).parents)),
        Path("/etc/passwd"),
        Path("/root/.ssh"),
        Path.home() / ".bashrc",
        Path("/run"),
        Path("/sys"),
    ]
    source = f"import os\nprint([p for p in {[str(p) for p in wanted]} if os.path.exists(p)])"
    assert printed(student, source) == "[]"
    environment = printed(student, "import os\nprint(dict(os.environ))")
    assert f"'HOME': '{Path.home()}'" not in environment
    assert "SSH" not in environment
    assert "TOKEN" not in environment


def test_the_courses_data_sets_can_be_read_and_not_changed(monkeypatch, tmp_path):
    folder = tmp_path / "data"
    folder.mkdir()
    tmp_path.parent.parent.chmod(0o700)
    (folder / "x.txt").write_text("a picture")
    monkeypatch.setenv("CONVBOOK_DATA", str(folder))
    with Sandbox([], LIMITS, SETTING) as place:
        student = place.fork("student", LIMITS)
        source = f"""
import os
print(open(os.environ["CONVBOOK_DATA"] + "/x.txt").read(), os.listdir({str(tmp_path)!r}))
try:
    open(os.environ["CONVBOOK_DATA"] + "/x.txt", "a")
except OSError as error:
    print(error.errno)
"""
        assert printed(student, source) in (
            "a picture ['data']\n30",
            "a picture ['data']\n13",
        )
        student.end()


def test_what_needs_the_network_fails_at_once(student):
    said = printed(student, "%pip install convbook-that-is-not-there")
    assert "ERROR" in said
    assert "Retrying" not in said


def test_only_its_own_folders_can_be_written(student):
    source = """
import os, sys
written = []
for folder in ["/", "/usr", "/tmp", "/dev", "/dev/shm", "/mnt", "/opt", "/opt/course",
               "/opt/course/convbook", "/opt/course/nbreferee", "/proc", "/etc", "/proc/sys/kernel",
               sys.prefix, sys.base_prefix, os.path.dirname(os.__file__), "."]:
    try:
        with open(os.path.join(folder, "x"), "w"):
            written.append(folder)
    except OSError:
        pass
print(written)
"""
    assert printed(student, source) == "['/tmp', '/dev/shm', '.']"


def test_there_is_no_network_not_even_loopback(student):
    source = """
import socket
found = []
for family, address in [(socket.AF_INET, ("127.0.0.1", 1)), (socket.AF_INET, ("1.1.1.1", 53)),
                        (socket.AF_INET6, ("::1", 1))]:
    try:
        server = socket.socket(family, socket.SOCK_DGRAM)
        server.sendto(b"x", address)
        found.append(address)
    except OSError:
        pass
print(found)
"""
    assert printed(student, source) == "[]"


def test_it_has_no_rights_and_cannot_gain_any(student):
    source = """
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
status = dict(line.split(":\\t") for line in open("/proc/self/status") if ":\\t" in line)
print([status[f"Cap{kind}"].strip("0\\n") for kind in ("Inh", "Prm", "Eff", "Bnd", "Amb")])
print(status["NoNewPrivs"].strip())
print([libc.mount(b"tmpfs", b"/tmp", b"tmpfs", 0, None), libc.unshare(0x10000000),
       libc.unshare(0x40000000), libc.ptrace(16, 1, 0, 0)])
print(libc.syscall(321, 0, 0, 0) if os.uname().machine == "x86_64" else -1)
"""
    no_rights, no_new, calls, bpf = printed(student, source).split("\n")
    assert no_rights == str([""] * 5)
    assert no_new == "1"
    assert calls == "[-1, -1, -1, -1]"
    assert bpf == "-1"


REFUSED = {
    "larger socket buffers": "socket.socketpair()[0].setsockopt(1, socket.SO_SNDBUF, 1 << 22)",
    "larger pipes": "fcntl.fcntl(os.pipe()[0], 1031, 1 << 20)",
    "shared memory in no file": "mmap.mmap(-1, 1 << 20)",
    "a shared map of /dev/zero": "mmap.mmap(os.open('/dev/zero', os.O_RDWR), 1 << 20)",
    "sockets of a virtual machine": "socket.socketpair(40)",
    "pairs of other families": "socket.socketpair(socket.AF_INET)",
    "another priority": "os.setpriority(os.PRIO_PROCESS, 0, 5)",
    "another scheduler": "os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))",
    "the limits of others": "resource.prlimit(1, resource.RLIMIT_NOFILE)",
    "a call that nobody has reviewed": "call(470)",
    "advice for others": "call(440, -1, 0, 0, 0, 0)",
    "pages in pipes": "done(libc.vmsplice(os.pipe()[1], None, 0, 0))",
    "huge pages": "done(libc.prctl(41, 0, 0, 0, 0))",
    "timers that send signals": "done(libc.timer_create(1, None, bytes(8)))",
    "other signals of files": "fcntl.fcntl(os.pipe()[0], 10, 18)",
}
ALLOWED = {
    "other options of sockets": "socket.socketpair()[0].setsockopt(1, socket.SO_REUSEADDR, 1)",
    "private memory": "mmap.mmap(-1, 1 << 20, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)",
    "its own limits": "resource.prlimit(0, resource.RLIMIT_NOFILE)",
    "locks of files": "fcntl.flock(open('/tmp/x', 'w'), fcntl.LOCK_EX)",
}


def test_what_no_limit_counts_and_what_is_others_is_refused(student):
    source = f"""
import ctypes, errno, fcntl, mmap, os, resource, socket
libc = ctypes.CDLL(None, use_errno=True)
def done(value):
    if value == -1:
        raise OSError(ctypes.get_errno(), "")
def call(*arguments):
    done(libc.syscall(*arguments))
for name, code in {REFUSED | ALLOWED!r}.items():
    try:
        eval(code)
    except OSError as error:
        if error.errno in (errno.EPERM, errno.ENOSYS, errno.ENODEV):
            print(name)
"""
    assert printed(student, source).split("\n") == list(REFUSED)


def test_no_page_is_larger_than_what_is_counted_of_it(student):
    source = """
import ctypes, mmap
memory = mmap.mmap(-1, 1 << 23, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
try:
    memory.madvise(14)
except OSError:
    pass
memory.write(bytes(1 << 23))
print([line.split()[1] for line in open("/proc/self/smaps") if "AnonHuge" in line and
       int(line.split()[1])])
"""
    assert printed(student, source) == "[]"


def test_one_student_leaves_terminals_to_the_others(place):
    first, second = (place.fork("student", LIMITS) for _ in range(2))
    source = """
import os, time
for _ in range(20):
    if os.fork() == 0:
        kept = []
        try:
            while True:
                kept.append(os.openpty())
        except OSError:
            time.sleep(60)
print("all are taken")
"""
    assert printed(first, source) == "all are taken"
    time.sleep(1)
    assert "three" in printed(second, "!echo three")
    first.end()
    second.end()


SOCKETS = """
import os, socket, time
for _ in range(16):
    if os.fork() == 0:
        break
keep = []
while True:
    try:
        pair = socket.socketpair()
        keep.append(pair)
        pair[0].setblocking(False)
        pair[0].send(bytes(200_000))
    except OSError:
        time.sleep(0.1)
"""


def test_memory_that_the_kernel_holds_in_sockets_is_bounded(student):
    assert fate(student, SOCKETS) == wire.MEMORY


def spinners_of(student):
    """Return a function that says how long the processes have worked that nobody waits for."""
    mine = psutil.Process(student.sandbox.process.pid).children(recursive=True)
    busy = [process for process in mine if not process.children()]
    return lambda: sum(sum(p.cpu_times()[:2]) for p in busy if p.is_running())


def test_everything_of_a_student_stands_still_while_the_referee_computes(student):
    spinners = """
import os
for _ in range(4):
    if os.fork() == 0:
        n = 0
        while True:
            n += 1
"""
    printed(student, spinners)
    used = spinners_of(student)

    def wait_for_work():
        before, soon = used(), time.monotonic() + 30
        while used() < before + 0.1:
            assert time.monotonic() < soon, "nothing works"
            time.sleep(0.05)

    wait_for_work()
    student.pause(True)
    before = used()
    time.sleep(1)
    assert used() - before <= 0.05
    student.pause(False)
    wait_for_work()
    assert printed(student, "print(1)") == "1"


def test_no_timer_wakes_what_is_to_stand_still(student):
    spinners = """
import ctypes, os, signal
libc = ctypes.CDLL(None)
for _ in range(2):
    if os.fork() == 0:
        signal.signal(signal.SIGCONT, lambda *_: None)
        event = (ctypes.c_int * 16)(0, 0, signal.SIGCONT)
        timer = ctypes.c_void_p()
        if libc.timer_create(1, event, ctypes.byref(timer)) == 0:
            libc.timer_settime(timer, 0, (ctypes.c_long * 4)(0, 10**7, 0, 10**7), None)
        while True:
            pass
"""
    printed(student, spinners)
    used = spinners_of(student)

    before, soon = used(), time.monotonic() + 30
    while used() < before + 0.2:
        assert time.monotonic() < soon, "nothing works"
        time.sleep(0.05)
    student.pause(True)
    before = used()
    time.sleep(1)
    assert used() - before <= 0.05
    student.pause(False)


def test_it_sees_and_signals_its_own_processes_alone(student):
    source = """
import os, signal
print(sorted(int(p) for p in os.listdir("/proc") if p.isdigit()))
for call in [lambda: os.kill(1, signal.SIGKILL), lambda: os.kill(-1, signal.SIGKILL),
             lambda: open("/proc/1/mem", "rb"), lambda: os.listdir("/proc/1/fd")]:
    try:
        call()
    except OSError as error:
        print(type(error).__name__)
print(os.path.exists("/proc/1"))
"""
    lines = printed(student, source).split("\n")
    assert lines[0] == "[1, 2]"
    assert lines[-1] == "True"


def test_one_submission_leaves_nothing_to_the_next(place):
    first = place.fork("student", LIMITS)
    leave = """
import os, subprocess, sys
open("/tmp/left", "w").write("x")
open("/dev/shm/left", "w").write("x")
os.makedirs(os.path.expanduser("~/.ipython"), exist_ok=True)
subprocess.Popen(["sh", "-c", "trap '' TERM INT HUP; sleep 1000"], start_new_session=True)
import builtins, numpy
builtins.left = numpy.left = 1
"""
    printed(first, leave)
    soon = time.monotonic() + 30  # its command line shows a moment after its start
    while not any("sleep 1000" in line for line in processes()):
        assert time.monotonic() < soon, "the daemon does not run"
        time.sleep(0.05)
    first.end()
    assert not any("sleep 1000" in line for line in processes())
    second = place.fork("student", LIMITS)
    look = """
import builtins, numpy, os
print([p for p in ("/tmp/left", "/dev/shm/left", os.path.expanduser("~/.ipython/x"))
       if os.path.exists(p)], hasattr(builtins, "left"), hasattr(numpy, "left"))
"""
    assert printed(second, look) == "[] False False"
    second.end()


def processes():
    found = []
    for path in Path("/proc").iterdir():
        if path.name.isdigit():
            try:
                command = (path / "cmdline").read_bytes().replace(b"\0", b" ")
                found.append(command.decode("utf-8", "replace"))
            except OSError:
                pass
    return found


def fate(process, source, limits=LIMITS):
    """Run a cell that ends its process; return the exit status."""
    with pytest.raises(wire.Closed):
        ask(process, op="cell", source=source, name="a")
    return process.end(grace=5)


def test_a_worker_that_is_killed_leaves_nothing_running():
    missing.need_sandbox()
    code = """
import time
from nbreferee import wire
from nbreferee.limits import Limits
from nbreferee.run.sandbox import Sandbox

sandbox, soon = Sandbox(), time.monotonic() + 60
process = sandbox.fork("student", Limits())
cell = {"op": "cell", "source": "while True:\\n    pass", "name": "loop"}
process.send(b"q", wire.pack(cell), soon)
print("looping", flush=True)
time.sleep(600)
"""
    command = [sys.executable, "-c", code]
    worker = psutil.Popen(command, stdout=subprocess.PIPE, text=True)
    assert worker.stdout.readline() == "looping\n"
    below = worker.children(recursive=True)
    assert len(below) >= 4  # bubblewrap, the warm process, and two that it has forked
    worker.kill()
    worker.wait()
    soon = time.monotonic() + 30
    while any(process.is_running() for process in below):
        assert time.monotonic() < soon, below
        time.sleep(0.05)


def test_memory_is_bounded_by_an_error_where_python_can_raise_one(student):
    answer = ask(student, op="cell", source="x = bytearray(2 << 30)", name="a")
    assert answer["raised"]["names"][0] == "MemoryError"
    assert printed(student, "print('still here')") == "still here"


PROCESSES = """
import os, time
for _ in range(8):
    if os.fork() == 0:
        x = bytearray(os.urandom(1 << 20)) * 200
        time.sleep(100)
time.sleep(100)
"""


def test_memory_of_all_processes_together_is_bounded(student):
    assert fate(student, PROCESSES) == wire.MEMORY


def test_where_the_machine_is_short_of_memory_whoever_holds_most_is_ended(
    monkeypatch, tmp_path
):
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    limits = replace(LIMITS, floor_mb=1 << 24)  # more than any machine has
    board = sandbox._board()

    def say(amount):
        """Stand for a submission that another worker grades."""
        later = time.monotonic_ns() + 600 * 10**9
        os.pwrite(board, struct.pack("=QQ", amount, later), 16 * 500)

    say(1 << 50)
    with Sandbox(["numpy"], LIMITS, SETTING) as place:
        small, large = (place.fork("student", limits) for _ in range(2))
        for process, mb in ((small, 60), (large, 200)):
            source = f"import os\nx = os.urandom(1 << 20) * {mb}\nprint(len(x) >> 20)"
            assert printed(process, source) == str(mb)
        seen = "import os\nprint([os.path.realpath(f'/proc/self/fd/{n}') for n in range(64)])"
        assert "nbreferee" not in printed(small, seen)
        time.sleep(0.5)
        assert [printed(process, "print(1)") for process in (small, large)] == ["1"] * 2
        say(130 << 20)
        with pytest.raises(wire.Closed):
            large.receive(time.monotonic() + 60)
        assert large.end(grace=5) == wire.SCARCE
        time.sleep(1.5)  # longer than the rest after an end
        assert printed(small, "print(len(x) >> 20)") == "60"
        small.end()
    os.close(board)


LOCKS = """
import fcntl
keep = [open(f"/tmp/locked{number}", "w+") for number in range(200)]
for place in range(400):
    for file in keep:
        fcntl.lockf(file, fcntl.LOCK_EX, 1, 2 * place)
"""
WATCHES = """
import os, select
watched = [os.eventfd(0) for _ in range(240)]
keep = [select.epoll() for _ in range(240)]
for watch in keep:
    for one in watched:
        watch.register(one)
"""


@pytest.mark.parametrize("source", [LOCKS, WATCHES], ids=["locks", "watches"])
def test_who_is_ended_where_memory_is_short_is_told_by_what_the_kernel_holds_too(
    monkeypatch, tmp_path, source
):
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    limits = replace(LIMITS, floor_mb=1 << 24)
    board = sandbox._board()

    def most_said():
        return max(n for n, _ in struct.iter_unpack("=QQ", os.pread(board, 1600, 16)))

    # Somebody always holds more: nobody else is ended.
    other = struct.pack("=QQ", 1 << 50, time.monotonic_ns() + 600 * 10**9)
    os.pwrite(board, other, 16 * 500)
    with Sandbox(["numpy"], LIMITS, SETTING) as place:
        process = place.fork("student", limits)
        printed(process, "1")
        time.sleep(0.5)
        before = most_said()
        printed(process, source)
        time.sleep(1)
        assert most_said() > before + (10 << 20)
        process.end()
    os.close(board)


def test_locks_that_are_shown_to_everybody_as_their_own_are_refused(student):
    source = """
import fcntl, struct
with open("/tmp/locked", "w") as file:
    fcntl.lockf(file, fcntl.LOCK_EX, 1)
    for call in (37, 38):
        try:
            fcntl.fcntl(file, call, struct.pack("hhqqi4x", fcntl.F_WRLCK, 0, 9, 1, 0))
        except PermissionError:
            print(call)
"""
    assert printed(student, source).split() == ["37", "38"]


def test_a_file_of_somebody_else_is_no_place_to_compare_memory(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    (tmp_path / "elsewhere").write_text("mine")
    name = f"nbreferee-{os.geteuid()}-memory"
    (tmp_path / name).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(SandboxError, match="cannot be opened"):
        Sandbox()
    assert (tmp_path / "elsewhere").read_text() == "mine"


def test_what_it_writes_is_bounded(student):
    source = """
import errno
codes = set()
for folder in ("/tmp", "/dev/shm"):
    for i in range(10):
        try:
            with open(f"{folder}/{i}", "wb") as file:
                for _ in range(10):
                    file.write(bytes(1 << 20))
        except OSError as error:
            codes.add(errno.errorcode[error.errno])
print(codes)
import signal
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
for i in range(10):
    open(f"/tmp/{i}", "w").close()
try:
    open("/tmp/large", "wb").write(bytes(20 << 20))
except OSError as error:
    print(errno.errorcode[error.errno])
"""
    assert printed(student, source) == "{'ENOSPC'}\nEFBIG"


def test_processes_are_bounded_and_a_fork_bomb_holds_nobody(place):
    bomb = """
import os, time
while True:
    try:
        if os.fork() == 0:
            time.sleep(1000)
    except OSError:
        break
print("full")
"""
    student = place.fork("student", LIMITS)
    assert printed(student, bomb) == "full"
    student.end()
    other = place.fork("student", LIMITS)
    assert printed(other, "print(1)") == "1"
    other.end()


def test_a_worker_has_cores_of_its_own_and_its_students_stay_on_them(monkeypatch):
    monkeypatch.setattr(sandbox, "_cpus", {})
    monkeypatch.setattr(sandbox, "_claims", [])
    with Sandbox([], LIMITS, SETTING) as place:
        mine = sandbox._cpus[1]
        if not mine:
            pytest.skip("other workers have taken all cores")
        monkeypatch.setattr(sandbox, "_cpus", {})
        assert not set(sandbox._own_cpus(1)) & set(mine)
        student = place.fork("student", LIMITS)
        source = """
import os
try:
    os.sched_setaffinity(0, range(os.cpu_count()))
except OSError as error:
    print(error.errno)
print(os.sched_getaffinity(0))
"""
        assert printed(student, source) == f"1\n{set(mine)}"
        student.end()
    for claim in sandbox._claims:
        claim.close()


def test_endless_output_ends_the_process(student):
    assert fate(student, "while True: print('x' * 1000)") == wire.OUTPUT


def test_a_little_too_much_output_is_cut(student):
    answer = ask(student, op="cell", source="print('x' * 200_000)\n1", name="a")
    assert len(answer["outputs"][0]["text"]) == LIMITS.output_kb * 1024


@pytest.mark.parametrize(
    ("source", "status"),
    [
        ("import os\nos._exit(3)", 3),
        ("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)", 128 + 9),
        ("import ctypes\nctypes.string_at(0)", 128 + 11),
        ("import os\nos.abort()", 128 + 6),
    ],
)
def test_how_a_process_ends_is_told(student, source, status):
    assert fate(student, source) == status


def test_the_worker_hanging_up_ends_everything(place):
    code = """
import sys, time
sys.path.insert(0, sys.argv[1])
from tests.nbreferee.test_sandbox import *
place = Sandbox([], LIMITS, SETTING)
student = place.fork("student", LIMITS)
printed(student, "import subprocess; subprocess.Popen(['sleep', '4321'])")
print("ready", flush=True)
time.sleep(100)
"""
    root = str(Path(__file__).parents[2])
    command = [sys.executable, "-c", code, root]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as worker:
        assert worker.stdout.readline() == "ready\n"
        deadline = time.monotonic() + 20
        while not any("sleep 4321" in line for line in processes()):
            assert time.monotonic() < deadline, "the student's program does not run"
            time.sleep(0.1)
        worker.kill()
    deadline = time.monotonic() + 20
    while any("sleep 4321" in line for line in processes()):
        assert time.monotonic() < deadline, "the sandbox outlives its worker"
        time.sleep(0.1)


def test_random_numbers_differ_between_forks(place):
    source = "import random, numpy\nprint(random.random(), numpy.random.rand())"
    students = [place.fork("student", LIMITS) for _ in range(2)]
    assert printed(students[0], source) != printed(students[1], source)
    for student in students:
        student.end()


def test_a_missing_bubblewrap_is_explained(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(SandboxError, match="apt install bubblewrap"):
        Sandbox()


@pytest.mark.parametrize(
    ("said", "advice"),
    [
        ("bwrap: No permissions to create a new namespace", "apparmor_parser"),
        ("bwrap: setting up uid map: Permission denied", "apparmor_parser"),
        (
            "bwrap: loopback: Failed RTM_NEWADDR: Operation not permitted",
            "apparmor_parser",
        ),
        ("bwrap: Can't find source path /x", "Can't find source path /x"),
    ],
)
def test_a_system_that_refuses_is_explained(said, advice):
    assert advice in sandbox._explain(said)


@pytest.mark.parametrize(
    ("switch", "advice"),
    [
        ("kernel/unprivileged_userns_clone", "kernel.unprivileged_userns_clone=1"),
        ("user/max_user_namespaces", "user.max_user_namespaces=15000"),
    ],
)
def test_a_switch_that_is_off_is_named(tmp_path, switch, advice):
    (tmp_path / switch).parent.mkdir()
    (tmp_path / switch).write_text("0\n")
    assert sandbox._allow_namespaces(tmp_path).endswith(f"sudo sysctl -w {advice}.")
    (tmp_path / switch).write_text("2\n")
    assert "bwrap.apparmor" in sandbox._allow_namespaces(tmp_path)


def test_the_profile_that_the_advice_names_is_there():
    missing.need("bubblewrap")  # without it there is other advice
    advice = sandbox._explain("No permissions to create a new namespace")
    path = Path(re.search(r"cp (\S+)", advice)[1])
    assert "userns," in path.read_text()


def test_a_sandbox_that_cannot_start_says_what_it_heard(monkeypatch, tmp_path):
    fake = tmp_path / "bwrap"
    fake.write_text(
        "#!/bin/sh\necho 'bwrap: No permissions to create a new namespace' >&2\n"
    )
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    with pytest.raises(SandboxError, match="does not let an ordinary user"):
        Sandbox()


def test_an_ordinary_user_gets_the_same_sandbox(tmp_path):
    """Root starts the sandbox otherwise; here an ordinary user does, where one can read Python."""
    if os.geteuid() != 0:
        pytest.skip("the other tests run as an ordinary user already")
    code = """
import sys
sys.path.insert(0, sys.argv[1])
from tests.nbreferee.test_sandbox import *
with Sandbox([], LIMITS, SETTING) as place:
    student = place.fork("student", LIMITS)
    print(printed(student, "print(1)"), student.end())
"""
    root = str(Path(__file__).parents[2])
    command = [sys.executable, "-c", code, root]
    user = {"user": 54321, "group": 54321, "extra_groups": []}
    try:
        probe = subprocess.run(
            [sys.executable, "-c", "import sys"], check=False, **user
        )
    except PermissionError:
        pytest.skip("an ordinary user cannot read this Python")
    if probe.returncode:
        pytest.skip("an ordinary user cannot read this Python")
    run = subprocess.run(
        command, check=False, capture_output=True, text=True, cwd="/", **user
    )
    assert run.stdout == "1 -9\n", run.stderr


def test_nothing_in_the_core_runs_code_without_a_sandbox():
    """`--unsafe-no-sandbox` is nbgrader's own autograde, and knows neither of these."""
    root = Path(sandbox.__file__).parents[1]
    for name in ("run/sandbox", "run/session", "run/pool", "inside/warm"):
        assert "unsafe" not in (root / f"{name}.py").read_text()


def test_no_command_line_tells_what_hidden_tests_import():
    with Sandbox(["this_hidden_module"], LIMITS) as place:
        process = place.fork("student", LIMITS)
        source = """
import pathlib
for path in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
    print(path.read_bytes())
"""
        said = printed(process, source)
        assert "warm.main" in said and "this_hidden_module" not in said
        process.end()


def test_a_warm_process_starts_again_however_much_was_learned(monkeypatch):
    limits = Limits(cell_seconds=7)  # a warm process of this test's own
    modules = ("colorsys", "this_test")
    names = [f"colorsys.part_number_{n}_that_is_not_there" for n in range(10_000)]
    kind = pool.Kind(modules, limits.threads, SETTING)
    monkeypatch.setitem(pool._learned, kind, {b"one": names, b"two": names})
    sandbox = pool.sandbox_for(kind)
    assert sandbox.alive
    assert pool.sandbox_for(kind) is sandbox
    pool.close_sandboxes()
