"""Changes to arguments that were never passed, or that are of another kind.

honest: 10
verdict: ok, crashed
with: threshold
"""

# %% scale
from nbreferee import wire

honest = wire.pack


def forged(value, handle=None, bounds=wire.BOUNDS):
    if "changed" in value:
        value["changed"] = [(-1, 1.0), (10**9, 1.0), (0, "text"), (True, None)]
    return honest(value, handle, bounds)


def scale(x, factor):
    wire.pack = forged
    return x * factor
