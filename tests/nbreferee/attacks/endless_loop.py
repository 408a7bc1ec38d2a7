"""A function that never returns; the other answers are right.

honest: 50
verdict: time
with: average, threshold, layer
"""


# %% scale
def scale(x, factor):
    while True:
        pass
