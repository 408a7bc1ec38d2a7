r"""The colleague's script as it stands.

fails: test-sets, test-sets-fresh
says: are in both sets
"""


# %% honest-sets
def honest_sets(x, y, copies, share, seed):
    rng = np.random.default_rng(seed)
    x = np.concatenate([moved(x, rng) for _ in range(copies)])
    y = np.tile(y, copies)
    order = rng.permutation(len(x))
    cut = round(share * len(x))
    valid, train = order[:cut], order[cut:]
    return (x[train], y[train]), (x[valid], y[valid])
