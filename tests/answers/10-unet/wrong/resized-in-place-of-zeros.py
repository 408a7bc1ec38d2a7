"""The enlarged map is stretched to the skipped one's size.

fails: test-unet-sizes, test-unet-fresh
says: zeros are in the wrong place
"""


# %% unet
class DoubleConv(nn.Module):

    def __init__(self, in_channels, out_channels):
        super().__init__()
        self.conv1 = nn.Conv2d(in_channels, out_channels, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(out_channels)
        self.conv2 = nn.Conv2d(out_channels, out_channels, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(out_channels)

    def forward(self, x):
        x = F.relu(self.bn1(self.conv1(x)))
        return F.relu(self.bn2(self.conv2(x)))


class Up(nn.Module):

    def __init__(self, in_channels, skip_channels, out_channels):
        super().__init__()
        self.up = nn.ConvTranspose2d(in_channels, out_channels, 4, 2, 1)
        self.conv = DoubleConv(skip_channels + out_channels, out_channels)

    def forward(self, x, skip):
        x = self.up(x)
        below = skip.shape[2] - x.shape[2]
        right = skip.shape[3] - x.shape[3]
        x = F.interpolate(x, skip.shape[2:], mode="nearest")
        return self.conv(torch.cat([skip, x], dim=1))


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
        x = self.up2(x, first)
        return self.head(x)
