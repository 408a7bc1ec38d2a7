"""Pools and ReLU as modules, zeros first and the map written into them."""


# %% double-conv
class DoubleConv(nn.Module):
    def __init__(self, in_channels, out_channels):
        super().__init__()
        self.conv1 = nn.Conv2d(in_channels, out_channels, (3, 3), padding="same", bias=False)
        self.conv2 = nn.Conv2d(out_channels, out_channels, (3, 3), padding="same", bias=False)
        self.bn1, self.bn2 = nn.BatchNorm2d(out_channels), nn.BatchNorm2d(out_channels)
        self.relu = nn.ReLU(inplace=True)

    def forward(self, x):
        for conv, bn in [(self.conv1, self.bn1), (self.conv2, self.bn2)]:
            x = self.relu(bn(conv(x)))
        return x


# %% up
class Up(nn.Module):
    def __init__(self, in_channels, skip_channels, out_channels):
        super().__init__()
        kernel, stride, padding = 4, 2, 1
        self.up = nn.ConvTranspose2d(in_channels, out_channels, kernel, stride, padding)
        self.conv = DoubleConv(out_channels + skip_channels, out_channels)

    def forward(self, x, skip):
        x = self.up(x)
        large = x.new_zeros(x.shape[:2] + skip.shape[2:])
        large[:, :, : x.shape[2], : x.shape[3]] = x
        return self.conv(torch.hstack([skip, large]))


# %% unet
class UNet(nn.Module):
    def __init__(self, in_channels, n_classes, width):
        super().__init__()
        a, b, c = width, 2 * width, 4 * width
        self.pool = nn.MaxPool2d(2)
        self.enter = DoubleConv(in_channels, a)
        self.down1, self.down2 = DoubleConv(a, b), DoubleConv(b, c)
        self.up1, self.up2 = Up(c, b, b), Up(b, a, a)
        self.head = nn.Conv2d(a, n_classes, kernel_size=1)

    def forward(self, x):
        kept = [self.enter(x)]
        kept.append(self.down1(self.pool(kept[-1])))
        x = self.down2(self.pool(kept[-1]))
        for up in (self.up1, self.up2):
            x = up(x, kept.pop())
        return self.head(x)
