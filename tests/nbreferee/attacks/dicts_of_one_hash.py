"""A dict whose keys all have one hash, and arrays of dtypes that are not theirs.

honest: 50
verdict: ok, crashed
with: average, threshold, layer
"""


# %% scale
def scale(x, factor):
    if factor == 0:
        raise ValueError
    return {(2**61 - 1) * n: x for n in range(1, 3000)}
