"""The slope of gamma takes x as it came.

fails: test-batch-norm, test-batch-norm-fresh
says: not x itself
"""


# %% batch-norm-backward
def batch_norm_backward(dout, x, gamma, eps=1e-3):
    axes = (0, 1, 2)
    deviation = np.sqrt(x.var(axis=axes) + eps)
    x_hat = (x - x.mean(axis=axes)) / deviation
    dgamma, dbeta = (dout * x_hat).sum(axis=axes), dout.sum(axis=axes)
    count = x[..., 0].size
    dx = gamma / deviation * (dout - (dbeta + x_hat * dgamma) / count)
    return dx, (dout * x).sum(axis=axes), dbeta
