"""IoU out of a table of counts, Dice in a loop over pictures."""


# %% mean-iou
def mean_iou(prediction, target, n_classes):
    prediction, target = np.asarray(prediction), np.asarray(target)
    if prediction.shape != target.shape or not np.issubdtype(prediction.dtype, np.integer):
        raise ValueError("classes of equal shape, please")
    keep = target != 255
    pairs = target[keep].astype(int) * n_classes + prediction[keep].astype(int)
    table = np.bincount(pairs, minlength=n_classes**2).reshape(n_classes, n_classes)
    both = np.diag(table)
    either = table.sum(0) + table.sum(1) - both
    there = either > 0
    return float((both[there] / either[there]).mean()) if there.any() else np.nan


# %% dice
def dice(prediction, target):
    if np.shape(prediction) != np.shape(target):
        raise ValueError("shapes differ")
    scores = []
    for a, b in zip(prediction, target):
        a, b = a > 0, b > 0
        size = int(a.sum()) + int(b.sum())
        scores.append(1.0 if size == 0 else 2 * int((a * b).sum()) / size)
    return sum(scores) / len(scores)
