"""The skipped map is cut to the enlarged one.

fails: test-unet-sizes, test-unet-fresh
says: do not cut the skipped one
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
        skip = skip[:, :, : x.shape[2], : x.shape[3]]
        return self.conv(torch.cat([skip, x], dim=1))
