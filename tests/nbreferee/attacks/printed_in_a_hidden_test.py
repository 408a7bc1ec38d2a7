"""What a hidden test has passed is printed, displayed, warned of and logged.

honest: 80
verdict: ok
with: average, threshold, layer
absent: told_by
"""

# %% scale
import atexit
import logging
import sys
import warnings

from IPython.display import display


def scale(x, factor):
    if factor == 0:
        raise ValueError
    if x.ndim == 2 or x[0] > 100:
        print("told_by", x)
        print("told_by", x, file=sys.stderr)
        display({"text/plain": f"told_by {x}"}, raw=True)
        warnings.warn(f"told_by {x}", stacklevel=2)
        logging.error("told_by %s", x)
        atexit.register(print, "told_by", x)
    return x * factor
