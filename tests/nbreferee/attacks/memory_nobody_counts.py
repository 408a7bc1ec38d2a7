"""Memory in files without names, shared segments, maps and namespaces of one's own.

honest: 50
verdict: memory, ok, time, killed, crashed
with: average, threshold, layer
"""

# %% scale
import ctypes
import mmap
import os

libc = ctypes.CDLL(None, use_errno=True)


def scale(x, factor):
    if libc.unshare(0x10000000 | 0x00020000) == 0:
        libc.mount(b"x", b"/tmp", b"tmpfs", 0, b"size=100%")
    files = []
    for _ in range(400):
        try:
            fd = os.memfd_create("x")
            os.write(fd, bytes(1 << 20) * 15)
            files.append(fd)
        except OSError:
            break
    for _ in range(100):
        segment = libc.shmget(0, 1 << 28, 0o1600)
        if segment == -1:
            break
        libc.memset(libc.shmat(segment, 0, 0), 1, 1 << 28)
    held = []
    for _ in range(1000):
        held.append(mmap.mmap(-1, 1 << 24))
        held[-1].write(os.urandom(1 << 20) * 16)
    return 0
