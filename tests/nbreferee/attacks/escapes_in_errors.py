"""Terminal escapes in what the student's code says of itself.

honest: 50
verdict: ok
with: average, threshold, layer
absent: (?<!\\)\\x1b\]
"""

# %% scale
error = type("\x1b]0;owned\x07", (Exception,), {})


def scale(x, factor):
    raise error("\x1b]0;owned\x07\x1b[2J")


print("\x1b]0;owned\x07\x9b2J\u202e")
