"""A pixel that never varies is divided by 0.

fails: test-standardise-example, test-standardise-fresh
says: not finite
"""


# %% standardise
def standardise(train, *others):
    mean, std = train.mean(axis=0), train.std(axis=0)
    with np.errstate(all="ignore"):
        return tuple(((x - mean) / std).astype("float32") for x in (train, *others))
