"""The way through the variance is missing.

fails: test-batch-norm, test-batch-norm-fresh
says: through the variance is missing
"""


# %% batch-norm-backward
def batch_norm_backward(dout, x, gamma, eps=1e-3):
    axes = (0, 1, 2)
    deviation = np.sqrt(x.var(axis=axes) + eps)
    x_hat = (x - x.mean(axis=axes)) / deviation
    dgamma, dbeta = (dout * x_hat).sum(axis=axes), dout.sum(axis=axes)
    count = x[..., 0].size
    dx = gamma / deviation * (dout - dbeta / count)
    return dx, dgamma, dbeta
