"""x2 and y2 are taken as inside, everywhere.

fails: test-iou-example, test-iou-edges, test-iou-fresh
says: x2 and y2 are counted as inside
"""


# %% iou
def iou(a, b):
    a, b = np.asarray(a, float)[:, None], np.asarray(b, float)[None]
    near, far = np.maximum(a[..., :2], b[..., :2]), np.minimum(a[..., 2:], b[..., 2:])
    shared = np.clip(far - near + 1, 0, None).prod(axis=-1)
    area_a, area_b = (np.prod(x[..., 2:] - x[..., :2] + 1, axis=-1) for x in (a, b))
    union = area_a + area_b - shared
    return np.divide(shared, union, out=np.zeros_like(shared), where=shared > 0)


# %% nms
def _one(p, q):
    w = max(min(p[2], q[2]) - max(p[0], q[0]), 0)
    h = max(min(p[3], q[3]) - max(p[1], q[1]), 0)
    both = (p[2] - p[0]) * (p[3] - p[1]) + (q[2] - q[0]) * (q[3] - q[1]) - w * h
    return w * h / both if both else 0.0


def nms(boxes, scores, threshold=0.5):
    kept = []
    for i in np.argsort(-np.asarray(scores), kind="stable"):
        if all(_one(boxes[i], boxes[j]) <= threshold for j in kept):
            kept.append(int(i))
    return np.array(kept, dtype=int)


# %% average-precision
def average_precision(detections, truths, iou_threshold=0.5):
    if not len(truths):
        return float("nan")
    taken, right = set(), []
    for k in np.argsort(-detections[:, 1], kind="stable"):
        free = [
            j
            for j in range(len(truths))
            if j not in taken and truths[j, 0] == detections[k, 0]
        ]
        best = max(free, key=lambda j: _one(detections[k, 2:], truths[j, 1:]), default=None)
        hit = best is not None
        hit = hit and _one(detections[k, 2:], truths[best, 1:]) >= iou_threshold
        right.append(hit)
        if hit:
            taken.add(best)
    precision = np.cumsum(right) / np.arange(1, len(right) + 1)
    best_from = [precision[k:].max() for k in range(len(right))]
    return float(sum(b for b, r in zip(best_from, right) if r) / len(truths))
