r"""A layer's own stride already spreads its window.

fails: test-receptive-field-example, test-receptive-field-fresh
says: not the layer itself
"""


# %% receptive-field
def receptive_field(layers):
    field, step = 1, 1
    for f, s in layers:
        step *= s
        field += (f - 1) * step
    return field
