"""Mean and variance are taken for fixed numbers.

fails: test-batch-norm, test-batch-norm-fresh
says: taken for fixed numbers
"""


# %% batch-norm-backward
def batch_norm_backward(dout, x, gamma, eps=1e-3):
    axes = (0, 1, 2)
    deviation = np.sqrt(x.var(axis=axes) + eps)
    x_hat = (x - x.mean(axis=axes)) / deviation
    dgamma, dbeta = (dout * x_hat).sum(axis=axes), dout.sum(axis=axes)
    dx = gamma / deviation * dout
    return dx, dgamma, dbeta
