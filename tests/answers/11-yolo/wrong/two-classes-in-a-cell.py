"""The cell is not cleared for the larger object.

fails: test-encode-example, test-encode-fresh
says: both their classes are set
"""


# %% encode
def encode(boxes, classes, grid, n_classes):
    target = np.zeros((grid, grid, 5 + n_classes), dtype="float32")
    boxes = np.asarray(boxes, float).reshape(-1, 4)
    sizes = boxes[:, 2:] - boxes[:, :2]
    middles = (boxes[:, 2:] + boxes[:, :2]) / 2 * grid
    for k in np.argsort(sizes.prod(axis=1)):  # the largest comes last and stays
        column, row = np.minimum(middles[k].astype(int), grid - 1)
        target[row, column, :2] = middles[k] - (column, row)
        target[row, column, 2:4] = sizes[k]
        target[row, column, 4] = target[row, column, 5 + classes[k]] = 1
    return target
