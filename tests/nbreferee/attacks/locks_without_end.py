"""Locks on single bytes of a file, as many as the kernel gives.

honest: 50
verdict: ok, time, memory
with: average, threshold, layer
"""

# %% scale
import fcntl
import time


def scale(x, factor):
    soon = time.monotonic() + 3
    with open("/tmp/locks", "w") as file:
        place = 0
        while time.monotonic() < soon:
            try:
                fcntl.lockf(file, fcntl.LOCK_EX, 1, place)
            except OSError:
                break
            place += 2
    return 0
