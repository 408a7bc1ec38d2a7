"""zero_grad stands between backward and step: every step is empty.

fails: test-train-weights, test-train-fresh
says: have not moved
"""


# %% train-one-epoch
def train_one_epoch(model, loader, optimizer, device="cpu"):
    model.train()
    total, pictures = 0.0, 0
    for x, y in loader:
        x, y = x.to(device), y.to(device)
        loss = F.cross_entropy(model(x), y)
        loss.backward()
        optimizer.zero_grad()
        optimizer.step()
        total += loss.item() * len(x)
        pictures += len(x)
    return total / pictures
