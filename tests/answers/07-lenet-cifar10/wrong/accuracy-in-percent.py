"""Percent where a share is asked for.

fails: test-evaluate-accuracy, test-evaluate-fresh
says: in percent
"""


# %% evaluate
def evaluate(model, loader, device="cpu"):
    was_training = model.training
    model.eval()
    right, pictures = 0, 0
    with torch.no_grad():
        for x, y in loader:
            x, y = x.to(device), y.to(device)
            right += (model(x).argmax(dim=1) == y).sum().item()
            pictures += len(x)
    model.train(was_training)
    return 100 * right / pictures
