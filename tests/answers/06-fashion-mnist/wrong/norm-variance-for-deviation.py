"""It is divided by the variance.

fails: test-batch-norm, test-batch-norm-fresh
says: divided by the variance
"""


# %% batch-norm-backward
def batch_norm_backward(dout, x, gamma, eps=1e-3):
    axes = (0, 1, 2)
    deviation = np.sqrt(x.var(axis=axes) + eps)
    x_hat = (x - x.mean(axis=axes)) / deviation
    dgamma, dbeta = (dout * x_hat).sum(axis=axes), dout.sum(axis=axes)
    count = x[..., 0].size
    dx = gamma / deviation**2 * (dout - (dbeta + x_hat * dgamma) / count)
    return dx, dgamma, dbeta
