"""The ReLU comes before each layer and not behind it.

fails: test-lenet-logits, test-lenet-fresh
says: before each layer
"""


# %% lenet5
class LeNet5(nn.Module):
    def __init__(self, channels=3, side=32, classes=10):
        super().__init__()
        self.conv1 = nn.Conv2d(channels, 6, 5)
        self.conv2 = nn.Conv2d(6, 16, 5)
        self.fc1 = nn.Linear(16 * ((side - 12) // 4) ** 2, 120)
        self.fc2 = nn.Linear(120, 84)
        self.fc3 = nn.Linear(84, classes)

    def forward(self, x):
        x = F.max_pool2d(self.conv1(F.relu(x)), 2)
        x = F.max_pool2d(self.conv2(F.relu(x)), 2)
        x = self.fc1(F.relu(x.flatten(1)))
        x = self.fc2(F.relu(x))
        return self.fc3(F.relu(x))
