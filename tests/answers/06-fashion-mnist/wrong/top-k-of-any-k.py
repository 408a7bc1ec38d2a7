"""No k is refused.

fails: test-top-k-example, test-top-k-fresh
says: should raise ValueError
"""


# %% accuracy-top-k
def accuracy_top_k(probabilities, labels, k):
    best = np.argsort(-probabilities, axis=1)[:, :k]
    return float(np.mean((best == labels[:, np.newaxis]).any(axis=1)))
