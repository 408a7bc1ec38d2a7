"""The loss summed for the record, its mean for the way back; inference_mode."""


# %% train-one-epoch
def train_one_epoch(model, loader, optimizer, device="cpu"):
    model.train(True)
    total, count = 0.0, 0
    for pictures, labels in loader:
        pictures = pictures.to(device)
        labels = labels.to(device)
        for parameter in model.parameters():
            parameter.grad = None
        losses = F.cross_entropy(model(pictures), labels, reduction="none")
        losses.mean().backward()
        optimizer.step()
        total += losses.detach().sum().item()
        count += labels.shape[0]
    return total / count


# %% evaluate
def evaluate(model, loader, device="cpu"):
    mode = model.training
    model.eval()
    answers = []
    try:
        with torch.inference_mode():
            for x, y in loader:
                logits = model(x.to(device))
                answers.append(logits.argmax(-1).cpu() == y.cpu())
    finally:
        model.train(mode)
    return torch.cat(answers).double().mean().item()
