"""What chapter 4 prints, put into the stubs: Keras's layers, and a way back by hand."""

# %% max-pool2d
import keras


def keras_pool(layer, x):
    return keras.ops.convert_to_numpy(layer(x))


def max_pool2d(x, pool_size=2, stride=None, padding="valid"):
    return keras_pool(keras.layers.MaxPooling2D(pool_size, stride, padding), x.astype("float32"))


# %% average-pool2d
def average_pool2d(x, pool_size=2, stride=None, padding="valid"):
    return keras_pool(keras.layers.AveragePooling2D(pool_size, stride, padding), x.astype("float32"))


# %% global-average-pool2d
def global_average_pool2d(x):
    return x.mean(axis=(1, 2))


# %% max-pool2d-backward
def max_pool_backward(dout, picture, size=2):
    dx = np.zeros(picture.shape)
    for i, j in np.ndindex(dout.shape):
        top, left = i * size, j * size
        window = picture[top : top + size, left : left + size]
        u, v = np.unravel_index(window.argmax(), window.shape)
        dx[top + u, left + v] = dout[i, j]
    return dx


def max_pool2d_backward(dout, x, pool_size=2, stride=None):
    dx = np.zeros(x.shape)
    for n, c in np.ndindex(x.shape[0], x.shape[3]):
        dx[n, :, :, c] = max_pool_backward(dout[n, :, :, c], x[n, :, :, c], pool_size)
    return dx
