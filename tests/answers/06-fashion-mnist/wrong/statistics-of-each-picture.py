"""Each picture is standardised on its own.

fails: test-standardise-example, test-standardise-leak, test-standardise-fresh
says: each picture has its own numbers
"""


# %% standardise
def standardise(train, *others):
    def one(x):
        axes = tuple(range(1, x.ndim))
        mean, std = x.mean(axis=axes, keepdims=True), x.std(axis=axes, keepdims=True)
        return ((x - mean) / std).astype("float32")

    return tuple(one(x) for x in (train, *others))
