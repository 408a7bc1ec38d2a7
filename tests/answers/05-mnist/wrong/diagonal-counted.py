"""Right answers are counted, too.

fails: test-most-confused-example, test-most-confused-fresh
says: leave out the diagonal
"""


# %% most-confused
def most_confused(y_true, y_pred):
    confusion = np.zeros((10, 10), dtype=int)
    np.add.at(confusion, (y_true, y_pred), 1)
    if not confusion.any():
        raise ValueError("every answer is right")
    true, predicted = np.unravel_index(confusion.argmax(), confusion.shape)
    return int(true), int(predicted)
