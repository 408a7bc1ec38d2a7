"""The hooks are never removed.

fails: test-shapes-example, test-shapes-fresh
says: hooks are still on the model
"""


# %% layer-shapes
def layer_shapes(model, x):
    shapes = []

    def watch(name):
        def hook(layer, inputs, output):
            shapes.append((name, tuple(output.shape)))

        return hook

    for name, module in model.named_modules():
        if not list(module.children()):
            module.register_forward_hook(watch(name))
    model(x)
    return shapes
