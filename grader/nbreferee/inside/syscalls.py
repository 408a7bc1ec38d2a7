"""System calls that a student's process may not make, enforced by a seccomp filter.

Namespaces keep a process from what it must not see, and limits from what it must not take. The
filter closes what is left: calls that would make namespaces of its own (and, in them, a `/tmp`
without limit), memory that no limit counts (System V segments, `memfd_create`, shared maps of no
file, larger buffers of sockets and pipes, pages in pipes, huge pages, locks of open files), other
cores and other priorities, signals by which the kernel would wake a process that is to stand still,
sockets other than Unix ones (vsock reaches the host of a virtual machine), other processes' memory
and limits, parts of the kernel that honest notebooks never need and attacks on the kernel like
best, and every call that is newer than those that were reviewed.

It refuses by a list and does not allow by one. Behind it, as `strace -ff` counts them, the solutions
of all eleven assignments, with NumPy, PyTorch and TensorFlow, make 48 of Linux's more than 350
calls, and it refuses none of these but `clone3`, which becomes `clone`. A list of the 48 would not do:
TensorFlow alone makes 16 that the others do not, OpenBLAS asks for `mbind` on machines that have
it, the C library for `rseq` since a release, and what a student may start beside them (`!ls`, a pool
of processes) for other ones. They change with each machine and release, and a call that is missing
from a list ends an honest notebook with no word of why.
"""

from __future__ import annotations

import ctypes
import errno
import platform
import struct

# Numbers in (x86-64, AArch64); where one is given, it is the same in both.
_FORBIDDEN: dict[str, int | tuple[int, int]] = {
    # namespaces and mounts
    "unshare": (272, 97),
    "setns": (308, 268),
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "open_tree": 428,
    "move_mount": 429,
    "fsopen": 430,
    "fsconfig": 431,
    "fsmount": 432,
    "fspick": 433,
    "mount_setattr": 442,
    # other processes
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "kcmp": (312, 272),
    "process_madvise": 440,
    "process_mrelease": 448,
    "migrate_pages": (256, 238),
    "move_pages": (279, 239),
    "pidfd_getfd": 438,
    # memory that is not counted
    "memfd_create": (319, 279),
    "memfd_secret": 447,
    "shmget": (29, 194),
    "msgget": (68, 186),
    "semget": (64, 190),
    "io_setup": (206, 0),
    "vmsplice": (278, 75),
    # a timer that sends SIGCONT ends a SIGSTOP
    "timer_create": (222, 107),
    # the cores of others, and more of one's own
    "sched_setaffinity": (203, 122),
    "sched_setscheduler": (144, 119),
    "sched_setparam": (142, 118),
    "sched_setattr": (314, 274),
    "setpriority": (141, 140),
    "ioprio_set": (251, 30),
    # the kernel's back rooms
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "io_uring_setup": 425,
    "io_uring_enter": 426,
    "io_uring_register": 427,
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    "fanotify_init": (300, 262),
    "name_to_handle_at": (303, 264),
    "open_by_handle_at": (304, 265),
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "delete_module": (176, 106),
    "kexec_load": (246, 104),
    "kexec_file_load": (320, 294),
    "reboot": (169, 142),
    "swapon": (167, 224),
    "swapoff": (168, 225),
    "quotactl": (179, 60),
    "quotactl_fd": 443,
    "acct": (163, 89),
    "syslog": (103, 116),
}
_CLONE, _CLONE3 = (56, 220), 435
# Calls that are refused for some of their arguments.
_SOCKETS = ((41, 198), (53, 199))  # socket, socketpair
_MMAP, _PRLIMIT = (9, 222), (302, 261)
_SETSOCKOPT, _FCNTL, _PRCTL = (54, 208), (72, 25), (157, 167)
# SO_SNDBUF, SO_RCVBUF and their privileged kin: buffers that no limit of a process counts
_BUFFERS = (7, 8, 32, 33)
# F_SETSIG, F_SETPIPE_SZ, F_OFD_SETLK, F_OFD_SETLKW: the locks are shown to all as everybody's.
_FCNTLS = (10, 1031, 37, 38)
_SOL_SOCKET, _PR_SET_THP_DISABLE = 1, 41
_SHARED_AND_ANONYMOUS = 0x21
# The first call that nobody here has read about: Linux 6.10 ends with 462, mseal.
_UNKNOWN = 463
_MACHINES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}
# CLONE_NEWTIME, NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET
_NEW_NAMESPACE = 0x7E020080
_AF_UNIX = 1

_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_AND = 0x54
_ALLOW, _KILL, _ERROR = 0x7FFF0000, 0x80000000, 0x00050000
_NUMBER, _MACHINE, _ARGUMENT = 0, 4, 16  # places in struct seccomp_data
_PR_SET_SECCOMP, _MODE_FILTER = 22, 2


def forbid() -> None:
    """Install the filter in this process, for itself and all that it will start.

    Raises:
        OSError: if the machine is another than x86-64 or AArch64, or the kernel refuses.
    """
    code = b"".join(struct.pack("=HBBI", *line) for line in _program())
    buffer = ctypes.create_string_buffer(code)
    # struct sock_fprog: a number of instructions, padding, a pointer
    program = struct.pack("@HP", len(code) // 8, ctypes.addressof(buffer))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_SECCOMP, _MODE_FILTER, program, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "the seccomp filter is refused")


def _program() -> list[tuple[int, int, int, int]]:
    """Return the filter: (code, lines to skip if true, if false, operand) a line."""
    machine = platform.machine()
    if machine not in _MACHINES:
        raise OSError(errno.ENOSYS, f"no filter for machines of type {machine}")
    column, audit = _MACHINES[machine]

    def number(call: int | tuple[int, int]) -> int:
        return call[column] if isinstance(call, tuple) else call

    refuse = (_RETURN, 0, 0, _ERROR | errno.EPERM)
    allow = (_RETURN, 0, 0, _ALLOW)
    lines = [
        (_LOAD, 0, 0, _MACHINE),
        (_EQUAL, 1, 0, audit),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER),
        # x86-64 has all calls a second time, with this bit set.
        (_AT_LEAST, 0, 1, 0x40000000),
        refuse,
        # Programs ask for what is newer and do without where it is not there.
        (_AT_LEAST, 0, 1, _UNKNOWN),
        (_RETURN, 0, 0, _ERROR | errno.ENOSYS),
    ]
    for call in _FORBIDDEN.values():
        lines += [(_EQUAL, 0, 1, number(call)), refuse]
    lines += [
        # clone3 hides its flags from the filter; the C library then uses clone.
        (_EQUAL, 0, 1, _CLONE3),
        (_RETURN, 0, 0, _ERROR | errno.ENOSYS),
        (_EQUAL, 0, 4, number(_CLONE)),
        (_LOAD, 0, 0, _ARGUMENT),
        (_ANY_BIT, 0, 1, _NEW_NAMESPACE),
        refuse,
        allow,
    ]
    for (
        call
    ) in _SOCKETS:  # vsock reaches the host of a virtual machine, and there are more
        lines += [
            (_EQUAL, 0, 4, number(call)),
            _argument(0),
            (_EQUAL, 1, 0, _AF_UNIX),
            refuse,
            allow,
        ]
    lines += [
        # Memory that is shared and in no file is counted nowhere once it is touched and dropped.
        (_EQUAL, 0, 5, number(_MMAP)),
        _argument(3),
        (_AND, 0, 0, _SHARED_AND_ANONYMOUS),
        (_EQUAL, 0, 1, _SHARED_AND_ANONYMOUS),
        refuse,
        allow,
        # The limits of others.
        (_EQUAL, 0, 4, number(_PRLIMIT)),
        _argument(0),
        (_EQUAL, 1, 0, 0),
        refuse,
        allow,
        (_EQUAL, 0, 3 + len(_FCNTLS), number(_FCNTL)),
        _argument(1),
        *((_EQUAL, len(_FCNTLS) - n, 0, option) for n, option in enumerate(_FCNTLS)),
        allow,
        refuse,
        # `warm.py` has switched huge pages off.
        (_EQUAL, 0, 4, number(_PRCTL)),
        _argument(0),
        (_EQUAL, 0, 1, _PR_SET_THP_DISABLE),
        refuse,
        allow,
        (_EQUAL, 0, 6 + len(_BUFFERS), number(_SETSOCKOPT)),
        _argument(1),
        (_EQUAL, 0, 1 + len(_BUFFERS), _SOL_SOCKET),
        _argument(2),
        *((_EQUAL, len(_BUFFERS) - n, 0, option) for n, option in enumerate(_BUFFERS)),
        allow,
        refuse,
        allow,
    ]
    return [*lines, allow]


def _argument(number: int) -> tuple[int, int, int, int]:
    """Load the lower half of a call's argument."""
    return (_LOAD, 0, 0, _ARGUMENT + 8 * number)
