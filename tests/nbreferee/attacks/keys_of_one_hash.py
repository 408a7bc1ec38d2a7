"""A set of numbers that all have one hash, to be unpacked by the referee.

honest: 50
verdict: ok, crashed
with: average, threshold, layer
"""


# %% scale
def scale(x, factor):
    if factor == 0:
        raise ValueError
    return {(2**61 - 1) * n for n in range(1, 3000)}
