r"""The filter sizes are added up.

fails: test-receptive-field-example, test-receptive-field-fresh
says: the filters are added
"""


# %% receptive-field
def receptive_field(layers):
    return sum(f for f, s in layers)
