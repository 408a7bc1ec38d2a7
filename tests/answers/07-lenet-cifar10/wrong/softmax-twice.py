"""The loss gets probabilities and applies a softmax of its own.

fails: test-train-weights, test-train-loss, test-train-fresh
says: a softmax too many
"""


# %% train-one-epoch
def train_one_epoch(model, loader, optimizer, device="cpu"):
    model.train()
    total, pictures = 0.0, 0
    for x, y in loader:
        x, y = x.to(device), y.to(device)
        optimizer.zero_grad()
        loss = F.cross_entropy(model(x).softmax(dim=1), y)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(x)
        pictures += len(x)
    return total / pictures
