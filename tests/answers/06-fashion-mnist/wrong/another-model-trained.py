"""The model that is given is replaced, and stays untrained.

fails: test-train, test-train-arguments
says: expected at least 85 %|a second softmax
"""


# %% train
def train(model, x, y):
    model = build_small_model()
    model.compile("adam", "sparse_categorical_crossentropy")
    model.fit(x, y, batch_size=64, epochs=1, verbose=0)
    return model
