r"""The mode is left as it came: after an evaluation, dropout stays off.

fails: test-train-mode
says: call model.train\(\) first
"""


# %% train-one-epoch
def train_one_epoch(model, loader, optimizer, device="cpu"):
    total, pictures = 0.0, 0
    for x, y in loader:
        x, y = x.to(device), y.to(device)
        optimizer.zero_grad()
        loss = F.cross_entropy(model(x), y)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(x)
        pictures += len(x)
    return total / pictures
