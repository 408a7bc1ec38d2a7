"""Gives places in the sorted list.

fails: test-nms-example, test-nms-edges, test-nms-fresh
says: places in the sorted list
"""


# %% nms
def nms(boxes, scores, threshold=0.5):
    order = np.argsort(-np.asarray(scores), kind="stable")
    boxes = boxes[order]
    kept = []
    for i in range(len(boxes)):
        if all(iou(boxes[[i]], boxes[[j]])[0, 0] <= threshold for j in kept):
            kept.append(i)
    return np.array(kept, dtype=int)


# %% nms-by-class
def nms_by_class(boxes, scores, classes, threshold=0.5):
    kept = []
    for i in np.argsort(-np.asarray(scores), kind="stable"):
        mine = [j for j in kept if classes[j] == classes[i]]
        if not mine or iou(boxes[[i]], boxes[mine]).max() <= threshold:
            kept.append(int(i))
    return np.array(kept, dtype=int)
