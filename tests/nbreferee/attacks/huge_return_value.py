"""Four hundred megabytes as an answer, and an array that claims to be larger still.

honest: 0
verdict: ok, memory
"""

# %% scale
import numpy as np


def scale(x, factor):
    return np.zeros(50_000_000)


def average(x, width):
    return np.broadcast_to(np.float64(1), (10**6, 10**6))
