"""What chapter 11 prints, put under the names of the exercise."""


# %% iou
def area(x1, y1, x2, y2):
    return max(x2 - x1, 0) * max(y2 - y1, 0)


def overlap(a, b):
    shared = area(max(a[0], b[0]), max(a[1], b[1]), min(a[2], b[2]), min(a[3], b[3]))
    union = area(*a) + area(*b) - shared
    return shared / union if union else 0.0


def iou(a, b):
    return np.array([[overlap(p, q) for q in b] for p in a]).reshape(len(a), len(b))


# %% nms
def nms(boxes, scores, threshold=0.5):
    waiting = sorted(range(len(scores)), key=lambda k: -scores[k])
    stay = []
    while waiting:
        best = waiting.pop(0)
        stay.append(best)
        waiting = [k for k in waiting if overlap(boxes[best], boxes[k]) <= threshold]
    return np.array(stay)


# %% nms-by-class
from convbook import detection


def nms_by_class(boxes, scores, classes, threshold=0.5):
    return detection.suppress(boxes, scores, classes, threshold)


# %% encode
def encode(boxes, labels, side, grid):
    picture = np.repeat(np.arange(len(boxes)), [len(b) for b in boxes])
    boxes, labels = np.concatenate(boxes), np.concatenate(labels)
    middle = (boxes[:, :2] + boxes[:, 2:]) / 2 / side * grid
    cell = np.minimum(middle.astype(int), grid - 1)
    size = (boxes[:, 2:] - boxes[:, :2]) / side
    where = np.stack([picture, cell[:, 1], cell[:, 0]])
    _, first = np.unique(where, axis=1, return_index=True)
    target = np.concatenate([middle - cell, size], axis=1)[first].astype("float32")
    return where[:, first], target, labels[first]


# %% decode
def decode(answers, threshold):
    answers = answers[None]
    grid, side = answers.shape[1], 1
    column, row = np.meshgrid(np.arange(grid), np.arange(grid))
    middle = (answers[..., :2] + np.stack([column, row], axis=-1)) * side / grid
    half = answers[..., 2:4] * side / 2
    boxes = np.concatenate([middle - half, middle + half], axis=-1)[0]
    scores = (answers[..., 4:5] * answers[..., 5:])[0]
    i, j, label = np.nonzero(scores > threshold)
    box, score = boxes[i, j], scores[i, j, label]
    kept = detection.suppress(box, score, label)
    return box[kept], score[kept], label[kept]


# %% yolo-loss
def corners(box, grid, column=2, row=2):
    S, SIDE = grid, 1
    x, y = (box[0] + column) / grid, (box[1] + row) / grid
    w, h = box[2], box[3]
    return x - w / 2, y - h / 2, x + w / 2, y + h / 2


def cell_loss(grid, answers, class_scores, truth=None, label=None):
    confidences = [answer[4] for answer in answers]
    if truth is None:
        return sum(0.5 * c**2 for c in confidences)
    ious = [overlap(corners(answer, grid), corners(truth, grid)) for answer in answers]
    mine = ious.index(max(ious))
    x, y, w, h, confidence = answers[mine]
    loss = 5 * ((x - truth[0]) ** 2 + (y - truth[1]) ** 2)
    loss += 5 * ((w**0.5 - truth[2] ** 0.5) ** 2 + (h**0.5 - truth[3] ** 0.5) ** 2)
    loss += (confidence - ious[mine]) ** 2
    loss += sum(0.5 * c**2 for k, c in enumerate(confidences) if k != mine)
    return loss + sum((p - float(c == label)) ** 2 for c, p in enumerate(class_scores))


def yolo_loss(prediction, target):
    loops = 0
    classes = target.shape[-1] - 5
    for answer, truths in zip(prediction, target, strict=True):
        for i in range(len(answer)):
            for j in range(len(answer)):
                cell, truth = answer[i, j], truths[i, j]
                there = (truth[:4], int(truth[5:].argmax())) if truth[4] else ()
                answers = cell[:-classes].reshape(-1, 5)
                loops = loops + cell_loss(len(answer), answers, cell[-classes:], *there)
    return loops / len(prediction)


# %% detection-channels
def detection_channels(boxes_per_cell, n_classes):
    return boxes_per_cell * (5 + n_classes)


# %% average-precision
def average_precision(recall, precision, threshold=0.5):
    heights = []
    for r in np.linspace(0, 1, 101):
        reached = precision[recall >= r - 1e-9]
        heights.append(reached.max() if len(reached) else 0)
    return np.mean(heights)


# %% my-boxes
MY_BOXES = np.array([[1, 1, 6, 5], [3, 2, 8, 6]])
MY_SCORES = np.array([0.9, 0.8])


# %% choose-anchors
def choose_anchors(sizes, k):
    return sizes[:k]
