"""The model is trained, and not returned.

fails: test-train-cnn, test-train-mlp
says: return the model
"""


# %% train
def train(model, x, y):
    model.compile("rmsprop", loss="categorical_crossentropy")
    model.fit(x[:640], y[:640], batch_size=64, epochs=1, verbose=0)
