"""A list in a list in a list, ten thousand times; one that holds itself; one of a million.

honest: 0
verdict: ok
"""


# %% scale
def scale(x, factor):
    deep = []
    for _ in range(10_000):
        deep = [deep]
    return deep


def average(x, width):
    ring = []
    ring.append(ring)
    return ring


class Layer:
    def __init__(self, *args):
        self.weights = list(range(10**6))
