"""Each of the k guesses counts for itself.

fails: test-top-k-example, test-top-k-fresh
says: a picture counts once
"""


# %% accuracy-top-k
def accuracy_top_k(probabilities, labels, k):
    if not 1 <= k <= probabilities.shape[1]:
        raise ValueError("k is too small or too large")
    best = np.argsort(-probabilities, axis=1)[:, :k]
    return float(np.mean(best == labels[:, np.newaxis]))
