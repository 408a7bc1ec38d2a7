"""A copy is trained, and the model that came in is handed back.

fails: test-train-cnn, test-train-mlp
says: handed back is untrained
"""


# %% train
def train(model, x, y):
    copy = keras.models.clone_model(model)
    copy.compile("rmsprop", loss="categorical_crossentropy")
    copy.fit(x[:640], y[:640], batch_size=64, epochs=1, verbose=0)
    return model
