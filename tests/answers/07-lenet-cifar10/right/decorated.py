"""no_grad as a decorator, negative log-likelihood written out, an ExitStack for the hooks."""


# %% train-one-epoch
def train_one_epoch(model, loader, optimizer, device="cpu"):
    model.train()
    total = pictures = 0
    for x, y in loader:
        x, y = x.to(device), y.to(device)
        optimizer.zero_grad(set_to_none=False)
        log_p = F.log_softmax(model(x), dim=1)
        loss = -log_p[torch.arange(len(y)), y].mean()
        loss.backward()
        optimizer.step()
        total += loss.item() * y.numel()
        pictures += y.numel()
    return total / pictures


# %% evaluate
@torch.no_grad()
def evaluate(model, loader, device="cpu"):
    was_training = model.training
    model.train(False)
    right = pictures = 0
    for x, y in loader:
        x, y = x.to(device), y.to(device)
        right += int((model(x).max(dim=1).indices == y).sum())
        pictures += y.numel()
    model.train(was_training)
    return right / pictures


# %% layer-shapes
import contextlib


def layer_shapes(model, x):
    names = {module: name for name, module in model.named_modules()}
    shapes = []

    def hook(layer, inputs, output):
        shapes.append((names[layer], output.shape))

    with contextlib.ExitStack() as stack:
        for module in names:
            if next(module.children(), None) is None:
                stack.enter_context(module.register_forward_hook(hook))
        model(x)
    return shapes
