"""Of equally many mistakes, the first that comes is taken.

Training is not answered yet.

fails: test-most-confused-example, test-most-confused-fresh, test-train-cnn, test-train-mlp
says: not the first that comes
"""


# %% most-confused
def most_confused(y_true, y_pred):
    counts = {}
    for pair in zip(y_true.tolist(), y_pred.tolist(), strict=True):
        if pair[0] != pair[1]:
            counts[pair] = counts.get(pair, 0) + 1
    if not counts:
        raise ValueError("every answer is right")
    return max(counts, key=counts.get)


# %% train
def train(model, x, y):
    raise NotImplementedError("not yet")
