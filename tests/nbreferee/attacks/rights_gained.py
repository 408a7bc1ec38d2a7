"""Ways to become somebody else.

honest: 0
verdict: ok
absent: SECRET found
"""

# %% scale
import ctypes
import os
import subprocess

libc = ctypes.CDLL(None, use_errno=True)
found = []
for name, arguments in {
    "setuid": (12345,),
    "setgid": (12345,),
    "chroot": (b"/usr",),
    "unshare": (0x10000000,),
    "mount": (b"/usr", b"/tmp", None, 4096, None),
    "sethostname": (b"x", 1),
    "init_module": (b"", 0, b""),
}.items():
    if getattr(libc, name, lambda *args: -1)(*arguments) == 0:
        found.append(name)
for command in (
    ["su", "-c", "id"],
    ["sudo", "-n", "id"],
    ["mount", "-t", "tmpfs", "x", "/tmp"],
):
    try:
        if subprocess.run(command, capture_output=True, timeout=3).returncode == 0:
            found.append(command)
    except (OSError, subprocess.TimeoutExpired):
        pass
if found:
    print("SECRET", "found", found)


def scale(x, factor):
    return 0
