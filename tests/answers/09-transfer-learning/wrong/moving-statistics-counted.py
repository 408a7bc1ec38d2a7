r"""All numbers of a free layer are counted.

fails: test-parameters, test-parameters-fresh
says: moving means and variances are counted
"""


# %% trainable-parameters
def trainable_parameters(model):
    total = 0
    for layer in model.layers:
        if isinstance(layer, keras.Model):
            total += trainable_parameters(layer)
        elif layer.trainable:
            total += layer.count_params()
    return total
