r"""Labels repeated one by one, pictures round by round.

fails: test-sets, test-sets-fresh
says: classes of the training
"""


# %% honest-sets
def honest_sets(x, y, copies, share, seed):
    rng = np.random.default_rng(seed)
    order = rng.permutation(len(x))
    cut = round(share * len(x))
    valid, train = order[:cut], order[cut:]
    many = np.concatenate([moved(x[train], rng) for _ in range(copies)])
    return (many, np.repeat(y[train], copies)), (x[valid], y[valid])
