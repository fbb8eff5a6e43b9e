"""The detectors in PyTorch, only to compare speeds: needs the extra `torch`.

ResNet-18 is torchvision's and Xception is timm's own, where they are installed; the others are
written here from the same definitions as ours.
"""

import importlib
from collections.abc import Callable
from typing import Any


def build_torch(model: str, image_size: int) -> Any | None:
    """Return an untrained `torch.nn.Module` with one logit, or None where no reference is had.

    Args:
        model: a detector's name.
        image_size: side of the pictures in pixels; the dense layers of the Meso networks depend on
            it.
    """
    makers: dict[str, Callable[[], Any]] = {
        "meso4": lambda: _meso4(image_size),
        "mesoinception4": lambda: _mesoinception4(image_size),
        "cnn5": _cnn5,
        "resnet18": lambda: _torchvision().resnet18(num_classes=1),
        "xception": lambda: importlib.import_module("timm").create_model(
            "legacy_xception", num_classes=1
        ),
    }
    if model not in makers:
        return None
    try:
        _define_vision_operators()
        return makers[model]()
    except ImportError:
        return None


def _define_vision_operators() -> None:
    """Let torchvision import on a CPU-only PyTorch, whose compiled operators do not load there."""
    import torch

    for name in ("nms", "qnms"):
        try:
            torch.library.define(
                f"torchvision::{name}",
                "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
            )
        except RuntimeError:  # defined already: torchvision's own operators are loaded
            return


def _torchvision() -> Any:
    return importlib.import_module("torchvision.models")


def _meso4(image_size: int) -> Any:
    from torch import nn

    layers = [*_meso_block(3, 8, 3, 2), *_meso_block(8, 8, 5, 2)]
    return nn.Sequential(*layers, *_meso_end(8, image_size))


def _mesoinception4(image_size: int) -> Any:
    import torch
    from torch import nn

    class Inception(nn.Module):
        """Four branches: 1x1, and 1x1 then 3x3 with dilation 1, 2 and 3."""

        def __init__(self, channels: int, widths: tuple[int, ...]):
            super().__init__()
            first = nn.Sequential(nn.Conv2d(channels, widths[0], 1), nn.ReLU())
            others = [
                nn.Sequential(
                    nn.Conv2d(channels, width, 1), nn.ReLU(),
                    nn.Conv2d(width, width, 3, padding=dilation, dilation=dilation), nn.ReLU(),
                )
                for dilation, width in enumerate(widths[1:], start=1)
            ]  # fmt: skip
            self.branches = nn.ModuleList([first, *others])

        def forward(self, x: Any) -> Any:
            return torch.cat([branch(x) for branch in self.branches], 1)

    layers: list[Any] = []
    channels = 3
    for widths in ((1, 4, 4, 2), (2, 4, 4, 2)):
        layers += [Inception(channels, widths), *_normalise_and_pool(sum(widths), 2)]
        channels = sum(widths)
    return nn.Sequential(*layers, *_meso_end(channels, image_size))


def _meso_end(channels: int, image_size: int) -> list[Any]:
    """Return the two last blocks and the dense layers, which both Meso networks have."""
    from torch import nn

    last = -(-image_size // 32)
    return [
        *_meso_block(channels, 16, 5, 2), *_meso_block(16, 16, 5, 4),
        nn.Flatten(), nn.Dropout(0.5), nn.Linear(16 * last * last, 16),
        nn.LeakyReLU(0.1), nn.Dropout(0.5), nn.Linear(16, 1),
    ]  # fmt: skip


def _meso_block(channels: int, width: int, side: int, pool: int) -> list[Any]:
    from torch import nn

    conv = nn.Conv2d(channels, width, side, padding=side // 2)
    return [conv, nn.ReLU(), *_normalise_and_pool(width, pool)]


def _normalise_and_pool(width: int, pool: int) -> list[Any]:
    from torch import nn

    return [nn.BatchNorm2d(width, eps=1e-3), nn.MaxPool2d(pool, ceil_mode=True)]


def _cnn5() -> Any:
    from torch import nn

    from jaxticket.models.cnn5 import WIDTHS

    layers: list[Any] = []
    channels = 3
    for width in WIDTHS:
        layers += [
            nn.Conv2d(channels, width, 3, padding=1, bias=False),
            nn.BatchNorm2d(width),
            nn.ReLU(),
            nn.MaxPool2d(2),
        ]
        channels = width
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(channels, 1))
