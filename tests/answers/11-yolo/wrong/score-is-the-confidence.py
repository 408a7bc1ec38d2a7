"""The class probability is not in the score.

fails: test-decode-example, test-decode-fresh
says: the score is the confidence alone
"""


# %% decode
def decode(prediction, threshold):
    grid = len(prediction)
    scores = prediction[..., 4]
    row, column = np.nonzero(scores > threshold)
    order = np.argsort(-scores[row, column], kind="stable")
    row, column = row[order], column[order]
    cell = prediction[row, column]
    middle = (cell[:, :2] + np.stack([column, row], axis=1)) / grid
    half = cell[:, 2:4] / 2
    boxes = np.concatenate([middle - half, middle + half], axis=1)
    return boxes, scores[row, column], cell[:, 5:].argmax(axis=1)
