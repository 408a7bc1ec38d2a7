"""Messages that are huge, raise, colour the terminal, or are HTML.

honest: 0
verdict: ok
absent: \x1b\]|\x07
"""


# %% scale
class Evil(Exception):
    def __str__(self):
        raise SystemExit


def scale(x, factor):
    raise ValueError(
        "\x1b]0;owned\x07\x1b[2J<script>alert(1)</script>" + "x" * 10_000_000
    )


def average(x, width):
    raise Evil


class Layer:
    def __init__(self, *args):
        raise type("A" * 100_000, (Exception,), {"__module__": "\x1b]0;x\x07"})("\x00")
