"""Each output is the mean of the products.

fails: test-conv2d-example, test-conv2d-stride-padding, test-conv2d-fresh
says: do not divide
"""


# %% conv2d
def conv2d(x, w, b=None, stride=1, padding="valid"):
    if x.shape[3] != w.shape[2]:
        raise ValueError("x and w disagree about the channels")
    zeros, (sh, sw), (rows, columns) = window_grid(
        *x.shape[1:3], *w.shape[:2], stride, padding
    )
    x = np.pad(x, ((0, 0), *zeros, (0, 0)))
    z = np.zeros((len(x), rows, columns, w.shape[3]))
    for i in range(rows):
        for j in range(columns):
            top, left = i * sh, j * sw
            window = x[:, top : top + w.shape[0], left : left + w.shape[1]]
            for k in range(w.shape[3]):
                z[:, i, j, k] = np.mean(window * w[..., k], axis=(1, 2, 3))
    return z if b is None else z + b
