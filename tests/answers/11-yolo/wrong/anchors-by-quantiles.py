"""Widths and heights, each sorted by itself.

fails: test-anchors, test-anchors-fresh
says: is asked for
"""


# %% choose-anchors
def choose_anchors(sizes, k):
    return np.quantile(sizes, (np.arange(k) + 0.5) / k, axis=0)
