"""What reaches fc1 is counted by sending a picture of zeros through the convolutions."""


# %% lenet5
class LeNet5(nn.Module):
    def __init__(self, channels=3, side=32, classes=10):
        super().__init__()
        if side <= 15:
            raise ValueError("too small")
        self.conv1 = nn.Conv2d(channels, 6, 5)
        self.conv2 = nn.Conv2d(6, 16, 5)
        with torch.no_grad():
            row = self.maps(torch.zeros(1, channels, side, side)).numel()
        self.fc1 = nn.Linear(row, 120)
        self.fc2 = nn.Linear(120, 84)
        self.fc3 = nn.Linear(84, classes)

    def maps(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        return F.max_pool2d(F.relu(self.conv2(x)), 2)

    def forward(self, x):
        x = F.relu(self.fc1(self.maps(x).flatten(1)))
        return self.fc3(F.relu(self.fc2(x)))
