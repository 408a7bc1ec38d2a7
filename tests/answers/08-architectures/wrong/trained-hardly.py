"""One small step.

fails: test-network-accuracy
says: named rightly, expected at least
"""


# %% train
def train(model, x, y):
    model.compile("adam", "sparse_categorical_crossentropy")
    model.fit(x[:256], y[:256], batch_size=64, epochs=1, verbose=0)
