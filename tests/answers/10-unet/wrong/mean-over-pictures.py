"""IoU of each picture, then the mean.

fails: test-mean-iou, test-scores-fresh
says: mean over pictures
"""


# %% mean-iou
def mean_iou(prediction, target, n_classes):
    if np.ndim(target) == 3 and np.shape(prediction) == np.shape(target):
        return float(np.mean([mean_iou(p, t, n_classes) for p, t in zip(prediction, target)]))
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
    return float(np.mean(ious)) if ious else float("nan")
