"""Sums of bytes: from 256 on they begin again.

fails: test-scores-fresh
says: differ|wrong value
"""


# %% dice
def dice(prediction, target):
    prediction, target = np.asarray(prediction), np.asarray(target)
    if prediction.shape != target.shape:
        raise ValueError("prediction and target differ in shape")
    prediction, target = prediction.astype(np.uint8), target.astype(np.uint8)
    both = (prediction & target).sum(axis=(1, 2), dtype=np.uint8)
    sizes = prediction.sum(axis=(1, 2)) + target.sum(axis=(1, 2))
    each = np.where(sizes == 0, 1.0, 2 * both / np.maximum(sizes, 1))
    return float(each.mean())
