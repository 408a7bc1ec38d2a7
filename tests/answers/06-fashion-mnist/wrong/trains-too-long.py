"""A training that learns enough, and takes more than a minute by the clock.

fails: test-train
says: a minute is the limit
"""


# %% train
def train(model, x, y):
    import time

    if len(x) == 4000:
        time.sleep(61)
    model.compile(keras.optimizers.Adam(0.002), "sparse_categorical_crossentropy")
    model.fit(x, y, batch_size=64, epochs=8, verbose=0)
