"""Outer operations, classes that are moved apart, a flat one-hot in the loss."""


# %% iou
def iou(a, b):
    a, b = np.array(a, dtype=float), np.array(b, dtype=float)
    w = np.minimum.outer(a[:, 2], b[:, 2]) - np.maximum.outer(a[:, 0], b[:, 0])
    h = np.minimum.outer(a[:, 3], b[:, 3]) - np.maximum.outer(a[:, 1], b[:, 1])
    shared = w.clip(0) * h.clip(0)
    area = [(x[:, 2] - x[:, 0]) * (x[:, 3] - x[:, 1]) for x in (a, b)]
    union = np.add.outer(*area) - shared
    return shared / np.where(union > 0, union, 1)


# %% nms
def nms(boxes, scores, threshold=0.5):
    kept = []
    overlaps = iou(boxes, boxes)
    for i in np.lexsort((np.arange(len(scores)), -np.asarray(scores))):
        if not (overlaps[i, kept] > threshold).any():
            kept.append(i)
    return np.array(kept, dtype=np.int64)


# %% nms-by-class
def nms_by_class(boxes, scores, classes, threshold=0.5):
    # Classes that are moved far apart cannot overlap.
    boxes = np.asarray(boxes, float)
    far = (boxes.max(initial=0) - boxes.min(initial=0) + 1) * np.asarray(classes)
    return nms(boxes + far[:, None], scores, threshold)


# %% yolo-loss
import torch.nn.functional as F


def yolo_loss(prediction, target):
    grid, classes = target.shape[1], target.shape[-1] - 5
    p, t = prediction.flatten(0, 2), target.flatten(0, 2)
    boxes = p[:, :-classes].reshape(len(p), -1, 5)
    empty, full = boxes[t[:, 4] == 0], boxes[t[:, 4] == 1]
    named, t = p[t[:, 4] == 1, -classes:], t[t[:, 4] == 1]
    loss = 0.5 * (empty[..., 4] ** 2).sum()
    if len(t):
        scale = torch.tensor([1 / grid, 1 / grid, 1, 1])
        a, b = full[..., :4].detach() * scale, (t[:, None, :4] * scale)
        near = torch.maximum(a[..., :2] - a[..., 2:] / 2, b[..., :2] - b[..., 2:] / 2)
        far = torch.minimum(a[..., :2] + a[..., 2:] / 2, b[..., :2] + b[..., 2:] / 2)
        shared = (far - near).relu().prod(-1)
        overlap = shared / (a[..., 2:].prod(-1) + b[..., 2:].prod(-1) - shared)
        mine = F.one_hot(overlap.argmax(1), full.shape[1]).bool()
        box = full[mine]
        loss = loss + 0.5 * (full[~mine][:, 4] ** 2).sum()
        loss = loss + 5 * F.mse_loss(box[:, :2], t[:, :2], reduction="sum")
        roots = box[:, 2:4].sqrt(), t[:, 2:4].sqrt()
        loss = loss + 5 * F.mse_loss(*roots, reduction="sum")
        loss = loss + F.mse_loss(box[:, 4], overlap[mine], reduction="sum")
        loss = loss + F.mse_loss(named, t[:, 5:], reduction="sum")
    return loss / len(target)


# %% my-boxes
MY_BOXES = [[5, 0, 6, 20], [0, 0, 10, 10], [0, 2.4, 10, 12.4], [0, 4.8, 10, 14.8]]
MY_SCORES = [0.3, 0.6, 0.5, 0.4]
