"""The model is always handed back in training mode.

fails: test-evaluate-mode, test-evaluate-fresh
says: came in evaluation mode and is left in the other
"""


# %% evaluate
def evaluate(model, loader, device="cpu"):
    model.eval()
    right, pictures = 0, 0
    with torch.no_grad():
        for x, y in loader:
            x, y = x.to(device), y.to(device)
            right += (model(x).argmax(dim=1) == y).sum().item()
            pictures += len(x)
    model.train()
    return right / pictures
