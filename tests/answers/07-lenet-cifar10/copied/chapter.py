"""What chapter 7 prints, put under the names of the exercise."""

# %% lenet5
from collections import OrderedDict


class LeNet5(nn.Sequential):
    def __init__(self):
        super().__init__(
            OrderedDict(
                conv1=nn.Conv2d(3, 6, kernel_size=5),
                relu1=nn.ReLU(),
                pool1=nn.MaxPool2d(2),
                conv2=nn.Conv2d(6, 16, kernel_size=5),
                relu2=nn.ReLU(),
                pool2=nn.MaxPool2d(2),
                flatten=nn.Flatten(),
                fc1=nn.Linear(16 * 5 * 5, 120),
                relu3=nn.ReLU(),
                fc2=nn.Linear(120, 84),
                relu4=nn.ReLU(),
                fc3=nn.Linear(84, 10),
            )
        )


# %% train-one-epoch
def train_one_epoch(model, loader, optimizer, device="cpu"):
    losses = []
    model.train()
    for x, y in loader:
        x, y = x.to(device), y.to(device)
        optimizer.zero_grad()
        loss = F.cross_entropy(model(x), y)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return float(np.mean(losses))


# %% evaluate
def evaluate(model, loader, device="cpu"):
    model.eval()
    right, pictures = 0, 0
    with torch.no_grad():
        for x, y in loader:
            x, y = x.to(device), y.to(device)
            right += (model(x).argmax(dim=1) == y).sum().item()
            pictures += len(y)
    return right / pictures


# %% layer-shapes
def layer_shapes(model, x):
    shapes = []

    def tell(name):
        def hook(layer, inputs, output):
            shapes.append((name, tuple(output.shape)))

        return hook

    handles = [
        layer.register_forward_hook(tell(name))
        for name, layer in model.named_children()
    ]
    model(x)
    for handle in handles:
        handle.remove()
    return shapes
