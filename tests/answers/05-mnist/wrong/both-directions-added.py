"""3 read as 5 and 5 read as 3 are counted together.

Training is not answered yet.

fails: test-most-confused-example, test-most-confused-fresh, test-train-cnn, test-train-mlp
says: both directions were added up
"""


# %% most-confused
def most_confused(y_true, y_pred):
    confusion = np.zeros((10, 10), dtype=int)
    np.add.at(confusion, (y_true, y_pred), 1)
    np.fill_diagonal(confusion, 0)
    confusion = np.triu(confusion + confusion.T)
    if not confusion.any():
        raise ValueError("every answer is right")
    true, predicted = np.unravel_index(confusion.argmax(), confusion.shape)
    return int(true), int(predicted)


# %% train
def train(model, x, y):
    raise NotImplementedError("not yet")
