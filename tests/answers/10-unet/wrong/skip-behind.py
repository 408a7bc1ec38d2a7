"""The enlarged map comes first.

fails: test-unet-logits, test-unet-fresh
says: the skipped one comes first
"""


# %% up
class Up(nn.Module):

    def __init__(self, in_channels, skip_channels, out_channels):
        super().__init__()
        self.up = nn.ConvTranspose2d(in_channels, out_channels, 4, 2, 1)
        self.conv = DoubleConv(skip_channels + out_channels, out_channels)

    def forward(self, x, skip):
        x = self.up(x)
        below = skip.shape[2] - x.shape[2]
        right = skip.shape[3] - x.shape[3]
        x = F.pad(x, (0, right, 0, below))
        return self.conv(torch.cat([x, skip], dim=1))
