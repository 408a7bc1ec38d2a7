"""Memory, all of it.

honest: 50
verdict: memory, ok
with: average, threshold, layer
"""


# %% scale
def scale(x, factor):
    held = []
    while True:
        held.append(bytearray(1 << 24))
