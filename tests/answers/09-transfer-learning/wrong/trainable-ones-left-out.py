r"""The frozen numbers are counted.

fails: test-parameters, test-parameters-fresh
says: these are the frozen ones
"""


# %% trainable-parameters
def trainable_parameters(model):
    return sum(int(np.prod(w.shape)) for w in model.non_trainable_weights)
