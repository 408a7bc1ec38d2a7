"""What the chapter shows, put under the names of the exercise."""


# %% transposed-conv2d
def transposed_conv2d(x, w, stride=1, padding=0):
    spread = np.zeros((len(x) - 1) * stride + 1)
    spread[::stride] = x
    outside = len(w) - 1
    return np.correlate(np.pad(spread, outside), w[::-1], mode="valid")


# %% upsampling-kernel
def upsampling_kernel(n):
    return 2 * n, n, n // 2


# %% double-conv
def block(channels, filters):
    """Two convolutions that keep the size, and a batch normalisation behind them."""
    return nn.Sequential(
        nn.Conv2d(channels, filters, 3, padding=1), nn.ReLU(),
        nn.Conv2d(filters, filters, 3, padding=1), nn.ReLU(),
        nn.BatchNorm2d(filters),
    )  # fmt: skip


DoubleConv = block


# %% up
Up = nn.ConvTranspose2d


# %% unet
import itertools


class UNet(nn.Module):
    """Logits for each pixel: (n, C, H, W) → (n, classes, H, W)."""

    def __init__(self, channels, classes, width, levels=3, skips=True):
        super().__init__()
        widths = [width * 2**level for level in range(levels)]
        self.encoder = nn.ModuleList(
            block(a, b) for a, b in itertools.pairwise([channels, *widths])
        )
        self.enlarge = nn.ModuleList(
            nn.ConvTranspose2d(2 * w, w, 2, stride=2) for w in widths[:-1]
        )
        self.decoder = nn.ModuleList(block(2 * w, w) for w in widths[:-1])
        self.head = nn.Conv2d(width, classes, 1)
        self.skips = skips

    def forward(self, x):
        kept = []
        for layers in self.encoder[:-1]:
            kept.append(layers(x))
            x = F.max_pool2d(kept[-1], 2)
        x = self.encoder[-1](x)
        for level in reversed(range(len(kept))):
            x = self.enlarge[level](x)
            beside = kept[level] if self.skips else x  # without: the map itself, twice
            x = self.decoder[level](torch.cat([beside, x], dim=1))
        return self.head(x)


# %% mean-iou
def mean_iou(prediction, target, n_classes):
    pairs = target.astype(int) * n_classes + prediction
    table = np.bincount(pairs.ravel(), minlength=n_classes**2)
    table = table.reshape(n_classes, n_classes)
    both = np.diag(table)
    either = table.sum(axis=0) + table.sum(axis=1) - both
    nans = np.full(len(table), np.nan)
    return np.nanmean(np.divide(both, either, out=nans, where=either > 0))


# %% dice
def dice(prediction, target):
    iou = mean_iou(prediction.astype(int), target.astype(int), 2)
    return 2 * iou / (1 + iou)


# %% learn
def learn(seed):
    torch.manual_seed(seed)
    model = UNet(1, 2, 8)
    optimizer = torch.optim.Adam(model.parameters())
    rate = torch.optim.lr_scheduler.OneCycleLR(optimizer, 0.01, 100)
    for step in range(100):
        x, y = make_scenes(16, 1_000_000 * seed + step)
        optimizer.zero_grad()
        F.cross_entropy(model(x), y).backward()
        optimizer.step()
        rate.step()
    return model
