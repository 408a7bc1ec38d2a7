"""model.eval() is missing.

fails: test-evaluate-mode, test-evaluate-fresh
says: evaluated in training mode
"""


# %% evaluate
def evaluate(model, loader, device="cpu"):
    right, pictures = 0, 0
    with torch.no_grad():
        for x, y in loader:
            x, y = x.to(device), y.to(device)
            right += (model(x).argmax(dim=1) == y).sum().item()
            pictures += len(x)
    return right / pictures
