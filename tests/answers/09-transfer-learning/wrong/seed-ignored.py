r"""The same choice with every seed.

fails: test-sets, test-sets-fresh
says: same validation pictures
"""


# %% honest-sets
def honest_sets(x, y, copies, share, seed):
    rng = np.random.default_rng(0)
    order = rng.permutation(len(x))
    cut = round(share * len(x))
    valid, train = order[:cut], order[cut:]
    many = np.concatenate([moved(x[train], rng) for _ in range(copies)])
    return (many, np.tile(y[train], copies)), (x[valid], y[valid])
