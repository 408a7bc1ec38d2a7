"""The windows of dx lie side by side, whatever the stride.

fails: test-backward-example, test-backward-input
says: dx with a stride of 2
"""


# %% conv2d-backward
def conv2d_backward(dout, x, w, stride=1, padding="valid"):
    zeros, (sh, sw), (rows, columns) = window_grid(
        *x.shape[1:3], *w.shape[:2], stride, padding
    )
    (top, bottom), (left, right) = zeros
    db = dout.sum(axis=(0, 1, 2))
    windows = im2col(x, *w.shape[:2], stride, padding)
    windows = windows.reshape(-1, windows.shape[3])
    dw = (windows.T @ dout.reshape(-1, w.shape[3])).reshape(w.shape)
    shape = (
        len(x),
        x.shape[1] + top + bottom,
        x.shape[2] + left + right,
        x.shape[3],
    )
    dx = np.zeros(shape)
    for u, v in np.ndindex(w.shape[:2]):
        reached = np.s_[:, u : u + rows, v : v + columns]
        dx[reached] += dout @ w[u, v].T
    return dx[:, top : top + x.shape[1], left : left + x.shape[2]], dw, db
