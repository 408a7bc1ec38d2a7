"""A function that calls itself.

honest: 0
verdict: ok, crashed, memory
"""

# %% scale
import sys

sys.setrecursionlimit(10**9)


def scale(x, factor):
    return scale(x, factor)
