"""Right answers are counted, too.

Training is not answered yet.

fails: test-most-confused-example, test-most-confused-fresh, test-train-cnn, test-train-mlp
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


# %% train
def train(model, x, y):
    raise NotImplementedError("not yet")
