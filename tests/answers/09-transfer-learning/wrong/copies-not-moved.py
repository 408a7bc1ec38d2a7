r"""The copies are all alike.

fails: test-sets, test-sets-fresh
says: copies are not moved
"""


# %% honest-sets
def honest_sets(x, y, copies, share, seed):
    rng = np.random.default_rng(seed)
    order = rng.permutation(len(x))
    cut = round(share * len(x))
    valid, train = order[:cut], order[cut:]
    many = np.concatenate([x[train]] * copies)
    return (many, np.tile(y[train], copies)), (x[valid], y[valid])
