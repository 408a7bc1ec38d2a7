"""ReLU and pool as modules, the pool before the ReLU; zero_grad after the step."""


# %% lenet5
class LeNet5(nn.Module):
    def __init__(self, channels=3, side=32, classes=10):
        super().__init__()
        if side < 16:
            raise ValueError("too small")
        self.conv1 = nn.Conv2d(channels, 6, 5)
        self.conv2 = nn.Conv2d(6, 16, 5)
        self.fc1 = nn.Linear(16 * ((side - 12) // 4) ** 2, 120)
        self.fc2 = nn.Linear(120, 84)
        self.fc3 = nn.Linear(84, classes)
        self.pool, self.relu = nn.MaxPool2d(2), nn.ReLU()

    def forward(self, x):
        x = self.relu(self.pool(self.conv1(x)))
        x = self.relu(self.pool(self.conv2(x)))
        x = x.view(x.size(0), -1)
        return self.fc3(self.relu(self.fc2(self.relu(self.fc1(x)))))


# %% train-one-epoch
import numpy as np


def train_one_epoch(model, loader, optimizer, device="cpu"):
    model.train()
    losses, sizes = [], []
    for x, y in loader:
        loss = nn.CrossEntropyLoss()(model(x.to(device)), y.to(device))
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        losses.append(loss.item())
        sizes.append(len(y))
    return np.average(losses, weights=sizes)
