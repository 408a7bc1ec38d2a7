"""Text without end.

honest: 50
verdict: output
with: average, threshold, layer
"""


# %% scale
def scale(x, factor):
    while True:
        print("x" * 10_000)
