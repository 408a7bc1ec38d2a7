"""An object that has every attribute, each callable, each itself.

honest: 0
verdict: ok, time, crashed
"""


# %% scale
class Anything:
    def __getattr__(self, name):
        return self

    def __call__(self, *args, **kwargs):
        return self

    def __iter__(self):
        while True:
            yield self


scale = average = Layer = Anything()
THRESHOLD = Anything()
