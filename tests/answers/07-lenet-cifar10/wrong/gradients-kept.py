"""no_grad is missing: what gradients need is kept for each batch.

fails: test-evaluate-gradients
says: gradients switched on
"""


# %% evaluate
def evaluate(model, loader, device="cpu"):
    was_training = model.training
    model.eval()
    right, pictures = 0, 0
    for x, y in loader:
        x, y = x.to(device), y.to(device)
        right += (model(x).argmax(dim=1) == y).sum().item()
        pictures += len(x)
    model.train(was_training)
    return right / pictures
