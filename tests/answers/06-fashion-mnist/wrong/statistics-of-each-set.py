"""Each set is standardised with numbers of its own.

fails: test-standardise-example, test-standardise-leak, test-standardise-fresh
says: use those of the training set
"""


# %% standardise
def standardise(train, *others):
    sets = []
    for x in (train, *others):
        std = x.std(axis=0)
        std[std == 0] = 1
        sets.append(((x - x.mean(axis=0)) / std).astype("float32"))
    return tuple(sets)
