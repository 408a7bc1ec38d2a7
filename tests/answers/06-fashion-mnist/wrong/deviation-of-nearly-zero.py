"""A tiny number is added to the deviation, and a rare speck becomes millions.

fails: test-standardise-example, test-standardise-fresh
says: never varies in training is divided by nearly 0
"""


# %% standardise
def standardise(train, *others):
    mean, std = train.mean(axis=0), train.std(axis=0) + 1e-7
    return tuple(((x - mean) / std).astype("float32") for x in (train, *others))
