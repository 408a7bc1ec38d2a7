"""Statistics of each place of a channel, not of the channel.

fails: test-batch-norm, test-batch-norm-fresh
says: has shape
"""


# %% batch-norm-backward
def batch_norm_backward(dout, x, gamma, eps=1e-3):
    axes = 0
    deviation = np.sqrt(x.var(axis=axes) + eps)
    x_hat = (x - x.mean(axis=axes)) / deviation
    dgamma, dbeta = (dout * x_hat).sum(axis=axes), dout.sum(axis=axes)
    count = len(x)
    dx = gamma / deviation * (dout - (dbeta + x_hat * dgamma) / count)
    return dx, dgamma, dbeta
