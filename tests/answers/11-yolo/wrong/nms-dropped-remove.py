"""Compares with boxes that have been removed.

fails: test-nms-example, test-nms-fresh
says: a removed box removes others
"""


# %% nms
def nms(boxes, scores, threshold=0.5):
    order = np.argsort(-np.asarray(scores), kind="stable")
    overlaps = iou(boxes[order], boxes[order])
    worse = np.tril(overlaps, -1) > threshold
    return order[~worse.any(axis=1)]


# %% nms-by-class
def nms_by_class(boxes, scores, classes, threshold=0.5):
    kept = []
    for i in np.argsort(-np.asarray(scores), kind="stable"):
        mine = [j for j in kept if classes[j] == classes[i]]
        if not mine or iou(boxes[[i]], boxes[mine]).max() <= threshold:
            kept.append(int(i))
    return np.array(kept, dtype=int)
