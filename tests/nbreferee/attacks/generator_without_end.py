"""A model whose weights never end.

honest: 0
verdict: ok, time
"""


# %% layer
class Shape:
    def __iter__(self):
        while True:
            yield 1

    def __len__(self):
        return 10**15

    def __getitem__(self, key):
        return 1


class Layer:
    def __init__(self, *args):
        self.weights = Shape()
        self.weights.shape = Shape()

    def set_weights(self, weights):
        pass

    def __call__(self, batch):
        return Shape()
