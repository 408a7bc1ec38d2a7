"""A process that stops itself, so that it neither runs nor ends.

honest: 50
verdict: time
with: average, threshold, layer
"""

# %% scale
import os
import signal


def scale(x, factor):
    os.kill(os.getpid(), signal.SIGSTOP)
