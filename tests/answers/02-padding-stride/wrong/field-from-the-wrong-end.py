r"""The recursion runs from the picture to the output.

fails: test-receptive-field-example, test-receptive-field-fresh
says: wrong end
"""


# %% receptive-field
def receptive_field(layers):
    field = 1
    for f, s in layers:
        field = (field - 1) * s + f
    return field
