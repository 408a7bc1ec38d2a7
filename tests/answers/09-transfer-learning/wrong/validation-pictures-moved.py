r"""The validation pictures are moved about, too.

fails: test-sets, test-sets-fresh
says: as they came
"""


# %% honest-sets
def honest_sets(x, y, copies, share, seed):
    rng = np.random.default_rng(seed)
    order = rng.permutation(len(x))
    cut = round(share * len(x))
    valid, train = order[:cut], order[cut:]
    many = np.concatenate([moved(x[train], rng) for _ in range(copies)])
    return (many, np.tile(y[train], copies)), (moved(x[valid], rng), y[valid])
