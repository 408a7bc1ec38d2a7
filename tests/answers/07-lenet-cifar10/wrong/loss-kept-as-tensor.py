r"""Losses are added as tensors, each with all that it remembers.

fails: test-train-loss, test-train-fresh
says: gives Tensor, expected float.*\.item\(\)
"""


# %% train-one-epoch
def train_one_epoch(model, loader, optimizer, device="cpu"):
    model.train()
    total, pictures = 0.0, 0
    for x, y in loader:
        x, y = x.to(device), y.to(device)
        optimizer.zero_grad()
        loss = F.cross_entropy(model(x), y)
        loss.backward()
        optimizer.step()
        total += loss * len(x)
        pictures += len(x)
    return total / pictures
