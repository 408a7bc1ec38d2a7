"""Four numbers a box.

fails: test-channels-example, test-channels-fresh
says: the confidence is missing
"""


# %% detection-channels
def detection_channels(boxes_per_cell, n_classes):
    return boxes_per_cell * (4 + n_classes)
