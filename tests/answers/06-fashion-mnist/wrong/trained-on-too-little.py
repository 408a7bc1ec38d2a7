"""Only the first pictures are trained on.

fails: test-train, test-train-arguments
says: expected at least 85 %|a second softmax
"""


# %% train
def train(model, x, y):
    model.compile("adam", "sparse_categorical_crossentropy")
    model.fit(x[:32], y[:32], epochs=1, verbose=0)
