"""Everything with loops over boxes, cells and detections."""


# %% iou
def iou(a, b):
    out = np.zeros((len(a), len(b)))
    for i, p in enumerate(a):
        for j, q in enumerate(b):
            w = min(p[2], q[2]) - max(p[0], q[0])
            h = min(p[3], q[3]) - max(p[1], q[1])
            if w > 0 and h > 0:
                areas = (p[2] - p[0]) * (p[3] - p[1]) + (q[2] - q[0]) * (q[3] - q[1])
                out[i, j] = w * h / (areas - w * h)
    return out


# %% nms
def nms(boxes, scores, threshold=0.5):
    waiting, kept = sorted(range(len(boxes)), key=lambda i: (-scores[i], i)), []
    while waiting:
        best = waiting.pop(0)
        kept.append(best)
        waiting = [i for i in waiting if iou([boxes[best]], [boxes[i]])[0, 0] <= threshold]
    return kept


# %% nms-by-class
def nms_by_class(boxes, scores, classes, threshold=0.5):
    kept = []
    for i in sorted(range(len(boxes)), key=lambda i: (-scores[i], i)):
        rivals = [j for j in kept if classes[j] == classes[i]]
        if all(iou([boxes[i]], [boxes[j]])[0, 0] <= threshold for j in rivals):
            kept.append(i)
    return kept


# %% encode
def encode(boxes, classes, grid, n_classes):
    target = np.zeros((grid, grid, 5 + n_classes), np.float32)
    areas = {}
    for (x1, y1, x2, y2), label in zip(boxes, classes):
        cx, cy = (x1 + x2) / 2 * grid, (y1 + y2) / 2 * grid
        column, row = min(int(cx), grid - 1), min(int(cy), grid - 1)
        area = (x2 - x1) * (y2 - y1)
        if areas.get((row, column), -1) < area:
            areas[row, column] = area
            one_hot = [float(label == k) for k in range(n_classes)]
            target[row, column] = [cx - column, cy - row, x2 - x1, y2 - y1, 1, *one_hot]
    return target


# %% decode
def decode(prediction, threshold):
    found = []
    for row, line in enumerate(prediction):
        for column, (x, y, w, h, sure, *named) in enumerate(line):
            score = sure * max(named)
            if score > threshold:
                x, y = (column + x) / len(prediction), (row + y) / len(prediction)
                box = [x - w / 2, y - h / 2, x + w / 2, y + h / 2]
                found.append((score, box, named.index(max(named))))
    found.sort(key=lambda one: one[0], reverse=True)
    scores, boxes, classes = zip(*found) if found else ((), (), ())
    return np.array(boxes).reshape(-1, 4), np.array(scores), np.array(classes, dtype=int)


# %% yolo-loss
def yolo_loss(prediction, target):
    n, grid, _, channels = target.shape
    classes = channels - 5
    count = (prediction.shape[-1] - classes) // 5
    loss = 0
    for i in range(n):
        for row in range(grid):
            for column in range(grid):
                cell, true = prediction[i, row, column], target[i, row, column]
                boxes = cell[: 5 * count].split(5)
                mine = None
                if true[4] == 1:
                    overlaps = [_overlap(b.detach(), true, grid) for b in boxes]
                    mine = overlaps.index(max(overlaps))
                    loss = loss + ((cell[5 * count :] - true[5:]) ** 2).sum()
                for k, b in enumerate(boxes):
                    if k == mine:
                        loss = loss + 5 * ((b[:2] - true[:2]) ** 2).sum()
                        loss = loss + 5 * ((b[2:4] ** 0.5 - true[2:4] ** 0.5) ** 2).sum()
                        loss = loss + (b[4] - overlaps[k]) ** 2
                    else:
                        loss = loss + 0.5 * b[4] ** 2
    return loss / n


def _overlap(p, q, grid):
    shared = 1.0
    for k in (0, 1):
        low = max(p[k] / grid - p[k + 2] / 2, q[k] / grid - q[k + 2] / 2)
        high = min(p[k] / grid + p[k + 2] / 2, q[k] / grid + q[k + 2] / 2)
        shared = shared * max(float(high - low), 0.0)
    return shared / (float(p[2] * p[3] + q[2] * q[3]) - shared)


# %% detection-channels
def detection_channels(boxes_per_cell, n_classes):
    return sum(4 + 1 + n_classes for _ in range(boxes_per_cell))
