"""The loss wants one-hot labels; they are integers.

fails: test-train, test-train-arguments
says: does the loss want them one-hot
"""


# %% train
def train(model, x, y):
    model.compile("adam", "categorical_crossentropy")
    model.fit(x, y, epochs=5, verbose=0)
