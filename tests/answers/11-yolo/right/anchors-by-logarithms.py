"""Plain k-means on logarithms from scikit-learn, and the area in rectangles."""


# %% choose-anchors
from sklearn.cluster import KMeans


def choose_anchors(sizes, k):
    return np.exp(KMeans(k, n_init=4, random_state=0).fit(np.log(sizes)).cluster_centers_)


# %% average-precision
def average_precision(detections, truths, iou_threshold=0.5):
    m = len(truths)
    if m == 0:
        return np.nan
    free, hits, points = set(range(m)), 0, []
    rows = sorted(range(len(detections)), key=lambda k: -detections[k, 1])
    for place, k in enumerate(rows, start=1):
        candidates = [j for j in sorted(free) if truths[j, 0] == detections[k, 0]]
        if candidates:
            overlaps = iou(detections[k : k + 1, 2:], truths[candidates, 1:]).ravel()
            if overlaps.max() >= iou_threshold:
                free.remove(candidates[int(overlaps.argmax())])
                hits += 1
        points.append((hits / m, hits / place))
    area, before = 0.0, 0.0
    for k, (recall, _) in enumerate(points):
        area += (recall - before) * max(p for _, p in points[k:])
        before = recall
    return area
