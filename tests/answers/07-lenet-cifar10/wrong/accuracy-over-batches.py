"""The mean of the batches' accuracies, though the last batch is smaller.

fails: test-evaluate-accuracy, test-evaluate-fresh
says: mean over the batches
"""


# %% evaluate
def evaluate(model, loader, device="cpu"):
    was_training = model.training
    model.eval()
    shares = []
    with torch.no_grad():
        for x, y in loader:
            x, y = x.to(device), y.to(device)
            shares.append((model(x).argmax(dim=1) == y).float().mean().item())
    model.train(was_training)
    return sum(shares) / len(shares)
