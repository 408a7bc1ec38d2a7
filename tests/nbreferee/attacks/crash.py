"""A function that brings the interpreter down.

honest: 50
verdict: crashed
with: average, threshold, layer
"""

# %% scale
import ctypes


def scale(x, factor):
    ctypes.string_at(0)
