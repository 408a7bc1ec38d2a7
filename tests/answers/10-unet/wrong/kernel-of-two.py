"""The chapter's enlargement: kernel 2, stride 2.

fails: test-unet-layers, test-unet-logits, test-unet-sizes, test-unet-fresh
says: kernel of 4
"""


# %% up
class Up(nn.Module):

    def __init__(self, in_channels, skip_channels, out_channels):
        super().__init__()
        self.up = nn.ConvTranspose2d(in_channels, out_channels, 2, 2)
        self.conv = DoubleConv(skip_channels + out_channels, out_channels)

    def forward(self, x, skip):
        x = self.up(x)
        below = skip.shape[2] - x.shape[2]
        right = skip.shape[3] - x.shape[3]
        x = F.pad(x, (0, right, 0, below))
        return self.conv(torch.cat([skip, x], dim=1))
