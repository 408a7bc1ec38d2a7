"""The axis is forgotten: one mean and one deviation serve all pixels.

fails: test-standardise-example, test-standardise-fresh
says: each pixel has its own, axis=0
"""


# %% standardise
def standardise(train, *others):
    mean, std = train.mean(), train.std()
    return tuple(((x - mean) / std).astype("float32") for x in (train, *others))
