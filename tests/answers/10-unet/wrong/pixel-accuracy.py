"""The share of pixels that are right.

fails: test-mean-iou, test-scores-fresh
says: pixel accuracy
"""


# %% mean-iou
def mean_iou(prediction, target, n_classes):
    prediction, target = np.asarray(prediction), np.asarray(target)
    if prediction.shape != target.shape:
        raise ValueError("prediction and target differ in shape")
    if prediction.dtype.kind not in "iu":
        raise ValueError("prediction must hold classes, whole numbers")
    decided = target != 255
    prediction, target = prediction[decided], target[decided]
    ious = []
    for c in range(n_classes):
        called, is_c = prediction == c, target == c
        either = np.sum(called | is_c)
        if either > 0:
            ious.append(np.sum(called & is_c) / either)
    return float(np.mean(prediction == target)) if ious else float("nan")
