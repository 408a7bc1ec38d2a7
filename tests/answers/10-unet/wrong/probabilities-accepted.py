"""Probabilities are cut to whole numbers without a word.

fails: test-mean-iou
says: should raise ValueError
"""


# %% mean-iou
def mean_iou(prediction, target, n_classes):
    prediction, target = np.asarray(prediction), np.asarray(target)
    if prediction.shape != target.shape:
        raise ValueError("prediction and target differ in shape")
    prediction = prediction.astype(int)
    decided = target != 255
    prediction, target = prediction[decided], target[decided]
    ious = []
    for c in range(n_classes):
        called, is_c = prediction == c, target == c
        either = np.sum(called | is_c)
        if either > 0:
            ious.append(np.sum(called & is_c) / either)
    return float(np.mean(ious)) if ious else float("nan")
