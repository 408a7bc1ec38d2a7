"""A dictionary in the order in which layers are defined: the second pool is lost.

fails: test-shapes-example, test-shapes-fresh
says: the pool runs twice
"""


# %% layer-shapes
def layer_shapes(model, x):
    found, handles = {}, []
    for name, module in model.named_modules():
        if not list(module.children()):
            found[name] = None

            def hook(layer, inputs, output, name=name):
                found[name] = tuple(output.shape)

            handles.append(module.register_forward_hook(hook))
    try:
        model(x)
    finally:
        for handle in handles:
            handle.remove()
    return list(found.items())
