"""k is not used.

fails: test-top-k-example, test-top-k-fresh
says: only the best guess counts
"""


# %% accuracy-top-k
def accuracy_top_k(probabilities, labels, k):
    if not 1 <= k <= probabilities.shape[1]:
        raise ValueError("k is too small or too large")
    return float(np.mean(probabilities.argmax(axis=1) == labels))
