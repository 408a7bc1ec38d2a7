"""One set of class scores a cell.

fails: test-channels-example, test-channels-fresh
says: the count of 2016
"""


# %% detection-channels
def detection_channels(boxes_per_cell, n_classes):
    return 5 * boxes_per_cell + n_classes
