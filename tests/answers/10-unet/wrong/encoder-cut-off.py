"""The skipped maps are detached: no gradient goes back through them.

fails: test-unet-fresh
says: no gradient reaches
"""


# %% unet
class UNet(nn.Module):

    def __init__(self, in_channels, n_classes, width):
        super().__init__()
        self.enter = DoubleConv(in_channels, width)
        self.down1 = DoubleConv(width, 2 * width)
        self.down2 = DoubleConv(2 * width, 4 * width)
        self.up1 = Up(4 * width, 2 * width, 2 * width)
        self.up2 = Up(2 * width, width, width)
        self.head = nn.Conv2d(width, n_classes, 1)

    def forward(self, x):
        first = self.enter(x)
        second = self.down1(F.max_pool2d(first, 2))
        x = self.down2(F.max_pool2d(second, 2))
        x = self.up1(x, second)
        x = self.up2(x.detach(), first)
        return self.head(x)
