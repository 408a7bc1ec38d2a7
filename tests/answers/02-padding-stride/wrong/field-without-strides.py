r"""Every layer adds f − 1, whatever the strides below it are.

fails: test-receptive-field-example, test-receptive-field-fresh
says: the strides are missing
"""


# %% receptive-field
def receptive_field(layers):
    return 1 + sum(f - 1 for f, s in layers)
