"""A training that takes more than half a minute by the clock.

fails: test-learn
says: 30 are the limit
"""


# %% learn
def learn(seed):
    import time

    if seed == 11:
        time.sleep(31)

    def layers(inputs, outputs):
        return nn.Sequential(
            nn.Conv2d(inputs, outputs, 3, padding=1, bias=False),
            nn.BatchNorm2d(outputs), nn.ReLU(),
        )  # fmt: skip

    class Small(nn.Module):

        def __init__(self):
            super().__init__()
            self.fine, self.middle = layers(1, 4), layers(4, 8)
            self.deep = nn.Sequential(layers(8, 16), layers(16, 16))
            self.up1, self.join1 = nn.ConvTranspose2d(16, 8, 2, 2), layers(16, 8)
            self.up2, self.join2 = nn.ConvTranspose2d(8, 4, 2, 2), layers(8, 8)
            self.head = nn.Conv2d(8, 2, 1)

        def forward(self, x):
            fine = self.fine(x)
            middle = self.middle(F.max_pool2d(fine, 2))
            x = self.deep(F.max_pool2d(middle, 2))
            x = self.join1(torch.cat([middle, self.up1(x)], dim=1))
            return self.head(self.join2(torch.cat([fine, self.up2(x)], dim=1)))

    torch.manual_seed(seed)
    model, steps = Small().to(memory_format=torch.channels_last), 2
    optimizer = torch.optim.Adam(model.parameters())
    rate = torch.optim.lr_scheduler.OneCycleLR(optimizer, 0.03, steps)
    for step in range(steps):
        x, y = make_scenes(16, 10_000 * seed + step)
        optimizer.zero_grad()
        F.cross_entropy(model(x), y).backward()
        optimizer.step()
        rate.step()
    return model
