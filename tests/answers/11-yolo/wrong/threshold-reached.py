"""A score equal to the threshold counts.

fails: test-decode-fresh
says: equal to the threshold
"""


# %% decode
def decode(prediction, threshold):
    grid = len(prediction)
    scores = prediction[..., 4] * prediction[..., 5:].max(axis=-1)
    row, column = np.nonzero(scores >= threshold)
    order = np.argsort(-scores[row, column], kind="stable")
    row, column = row[order], column[order]
    cell = prediction[row, column]
    middle = (cell[:, :2] + np.stack([column, row], axis=1)) / grid
    half = cell[:, 2:4] / 2
    boxes = np.concatenate([middle - half, middle + half], axis=1)
    return boxes, scores[row, column], cell[:, 5:].argmax(axis=1)
