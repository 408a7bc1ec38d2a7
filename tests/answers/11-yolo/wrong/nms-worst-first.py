"""Sorted upwards.

fails: test-nms-example, test-nms-edges, test-nms-fresh
says: the worst score goes first
"""


# %% nms
def nms(boxes, scores, threshold=0.5):
    order = np.argsort(np.asarray(scores), kind="stable")
    kept = []
    while len(order):
        best, rest = order[0], order[1:]
        kept.append(best)
        order = rest[iou(boxes[[best]], boxes[rest])[0] <= threshold]
    return np.array(kept, dtype=int)


# %% nms-by-class
def nms_by_class(boxes, scores, classes, threshold=0.5):
    kept = []
    for i in np.argsort(-np.asarray(scores), kind="stable"):
        mine = [j for j in kept if classes[j] == classes[i]]
        if not mine or iou(boxes[[i]], boxes[mine]).max() <= threshold:
            kept.append(int(i))
    return np.array(kept, dtype=int)
