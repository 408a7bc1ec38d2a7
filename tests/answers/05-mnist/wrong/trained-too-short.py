"""One epoch of few large batches is over before anything is learnt.

fails: test-train-cnn, test-train-mlp
says: expected 95% or more|untrained
"""


# %% train
def train(model, x, y):
    model.compile("rmsprop", loss="categorical_crossentropy")
    model.fit(x, y, batch_size=1000, epochs=1, verbose=0)
    return model
