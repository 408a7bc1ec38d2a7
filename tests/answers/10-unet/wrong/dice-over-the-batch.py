"""One Dice for all pictures together.

fails: test-dice, test-scores-fresh
says: all pictures together
"""


# %% dice
def dice(prediction, target):
    prediction, target = np.asarray(prediction), np.asarray(target)
    if prediction.shape != target.shape:
        raise ValueError("prediction and target differ in shape")
    prediction, target = prediction.astype(bool), target.astype(bool)
    both = (prediction & target).sum()[None]
    sizes = prediction.sum()[None] + target.sum()[None]
    each = np.where(sizes == 0, 1.0, 2 * both / np.maximum(sizes, 1))
    return float(each.mean())
