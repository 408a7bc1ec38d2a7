"""argsort begins with the least probable class.

fails: test-top-k-example, test-top-k-fresh
says: least probable
"""


# %% accuracy-top-k
def accuracy_top_k(probabilities, labels, k):
    if not 1 <= k <= probabilities.shape[1]:
        raise ValueError("k is too small or too large")
    best = np.argsort(probabilities, axis=1)[:, :k]
    return float(
        np.mean([label in row for label, row in zip(labels, best, strict=True)])
    )
