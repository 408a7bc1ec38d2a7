"""The hooks are removed, unless the model refuses the batch.

fails: test-shapes-fresh
says: hooks are left after a batch that was refused
"""


# %% layer-shapes
def layer_shapes(model, x):
    shapes, handles = [], []

    def watch(name):
        def hook(layer, inputs, output):
            shapes.append((name, tuple(output.shape)))

        return hook

    for name, module in model.named_modules():
        if not list(module.children()):
            handles.append(module.register_forward_hook(watch(name)))
    model(x)
    for handle in handles:
        handle.remove()
    return shapes
