"""Gradients are never cleared and add up.

fails: test-train-weights, test-train-fresh
says: gradients of former batches were added
"""


# %% train-one-epoch
def train_one_epoch(model, loader, optimizer, device="cpu"):
    model.train()
    total, pictures = 0.0, 0
    for x, y in loader:
        x, y = x.to(device), y.to(device)
        loss = F.cross_entropy(model(x), y)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(x)
        pictures += len(x)
    return total / pictures
