r"""The layers are taken off the list that was given, one by one.

fails: test-receptive-field-example, test-receptive-field-fresh
says: changes the list
"""


# %% receptive-field
def receptive_field(layers):
    field = 1
    while layers:
        f, s = layers.pop()
        field = (field - 1) * s + f
    return field
