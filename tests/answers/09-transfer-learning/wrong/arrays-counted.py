r"""Arrays are counted, not numbers.

fails: test-parameters, test-parameters-fresh
says: count the numbers in them
"""


# %% trainable-parameters
def trainable_parameters(model):
    return len(model.trainable_weights)
