"""An exception that ends loops quietly.

honest: 0
verdict: ok
"""


# %% scale
def scale(x, factor):
    raise StopIteration


average = scale
