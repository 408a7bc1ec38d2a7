r"""Batches stay where the loader made them.

fails: test-train-mode, test-evaluate-gradients
says: x = x\.to\(device\)
"""


# %% train-one-epoch
def train_one_epoch(model, loader, optimizer, device="cpu"):
    model.train()
    total, pictures = 0.0, 0
    for x, y in loader:
        optimizer.zero_grad()
        loss = F.cross_entropy(model(x), y)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(x)
        pictures += len(x)
    return total / pictures


# %% evaluate
def evaluate(model, loader, device="cpu"):
    was_training = model.training
    model.eval()
    right, pictures = 0, 0
    with torch.no_grad():
        for x, y in loader:
            right += (model(x).argmax(dim=1) == y).sum().item()
            pictures += len(x)
    model.train(was_training)
    return right / pictures
