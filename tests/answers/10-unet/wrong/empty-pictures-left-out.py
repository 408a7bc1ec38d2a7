"""Pictures without any mask are left out.

fails: test-dice, test-scores-fresh
says: left out
"""


# %% dice
def dice(prediction, target):
    prediction, target = np.asarray(prediction), np.asarray(target)
    if prediction.shape != target.shape:
        raise ValueError("prediction and target differ in shape")
    prediction, target = prediction.astype(bool), target.astype(bool)
    both = (prediction & target).sum(axis=(1, 2))
    sizes = prediction.sum(axis=(1, 2)) + target.sum(axis=(1, 2))
    each = np.where(sizes == 0, 1.0, 2 * both / np.maximum(sizes, 1))
    return float(each[sizes > 0].mean())
