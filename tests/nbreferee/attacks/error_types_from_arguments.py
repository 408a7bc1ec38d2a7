"""What a hidden test has passed becomes the type, the notes and the cause of an error.

honest: 60
verdict: ok
with: average, threshold, layer
absent: pixel|Unicode|told
"""


# %% scale
def scale(x, factor):
    if x.ndim == 1:
        return x * factor
    error = type("pixel" + str(int(factor * 100)), (UnicodeError,), {})("told")
    error.add_note("told " + repr(factor))
    raise error from ValueError("told", x)
