r"""All parameters are counted.

fails: test-parameters, test-parameters-fresh
says: these are all parameters
"""


# %% trainable-parameters
def trainable_parameters(model):
    return model.count_params()
