"""What the frameworks give: Keras forwards, PyTorch's autograd backwards."""

# %% max-pool2d
import keras
import torch


def rim_of_lower(x, pool_size, stride):
    """Give what np.pad wants for same_lower, after which valid does the rest."""
    rims = [(0, 0)]
    step = pair(pool_size if stride is None else stride)
    for n, p, s in zip(x.shape[1:3], pair(pool_size), step):
        outside = max((-(-n // s) - 1) * s + p - n, 0)
        rims.append((outside - outside // 2, outside // 2))
    return [*rims, (0, 0)]


def max_pool2d(x, pool_size=2, stride=None, padding="valid"):
    if padding == "valid" and np.any(np.array(x.shape[1:3]) < pair(pool_size)):
        raise ValueError("the window does not fit")
    if padding == "same_lower":
        rim = rim_of_lower(x, pool_size, stride)
        x = np.pad(x.astype("float32"), rim, constant_values=-np.inf)
        padding = "valid"
    if padding not in ("valid", "same"):
        raise ValueError("padding is valid or same")
    layer = keras.layers.MaxPooling2D(pool_size, stride, padding)
    return layer(x.astype("float32")).numpy()


# %% average-pool2d
def average_pool2d(x, pool_size=2, stride=None, padding="valid"):
    if padding == "valid" and np.any(np.array(x.shape[1:3]) < pair(pool_size)):
        raise ValueError("the window does not fit")
    if padding == "same_lower":
        rim = rim_of_lower(x, pool_size, stride)
        layer = keras.layers.AveragePooling2D(pool_size, stride)
        ones = layer(np.pad(np.ones(x.shape, "float32"), rim)).numpy()
        return layer(np.pad(x.astype("float32"), rim)).numpy() / ones
    if padding not in ("valid", "same"):
        raise ValueError("padding is valid or same")
    layer = keras.layers.AveragePooling2D(pool_size, stride, padding)
    return layer(x.astype("float32")).numpy()


# %% global-average-pool2d
def global_average_pool2d(x):
    return keras.layers.GlobalAveragePooling2D()(x.astype("float32")).numpy()


# %% max-pool2d-backward
def max_pool2d_backward(dout, x, pool_size=2, stride=None):
    x = torch.tensor(x.transpose(0, 3, 1, 2), dtype=torch.float64, requires_grad=True)
    dout = torch.tensor(dout.transpose(0, 3, 1, 2))
    torch.nn.functional.max_pool2d(x, pool_size, stride).backward(dout)
    return x.grad.numpy().transpose(0, 2, 3, 1)
