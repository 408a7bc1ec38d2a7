"""A truth is matched as often as it is hit.

fails: test-ap-pictures, test-ap-fresh
says: an object is found twice
"""


# %% average-precision
def average_precision(detections, truths, iou_threshold=0.5):
    if not len(truths):
        return float("nan")
    order = np.argsort(-detections[:, 1], kind="stable")
    free = np.ones(len(truths), dtype=bool)
    right = np.zeros(len(detections))
    for place, k in enumerate(order):
        here = np.flatnonzero(free & (truths[:, 0] == detections[k, 0]))
        if len(here):
            overlaps = iou(detections[[k], 2:], truths[here, 1:])[0]
            if overlaps.max() >= iou_threshold:
                right[place] = 1
    precision = right.cumsum() / np.arange(1, len(right) + 1)
    envelope = np.maximum.accumulate(precision[::-1])[::-1]
    return float((envelope * right).sum() / len(truths))
