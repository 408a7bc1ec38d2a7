"""Training takes the notebook's own pictures, whatever it is given.

fails: test-train-arguments
says: does train use its arguments
"""


# %% train
def train(model, x, y):
    (pictures,) = standardise(clothes.x_train)
    rate = keras.optimizers.schedules.PolynomialDecay(0.003, 6 * 63, 0.0)
    model.compile(keras.optimizers.Adam(rate), "sparse_categorical_crossentropy")
    model.fit(
        pictures[..., np.newaxis], clothes.y_train, batch_size=64, epochs=6, verbose=0
    )
