"""The detectors in PyTorch, only to compare speeds: needs the extra `torch`.

ResNet-18 is torchvision's and Xception is timm's own, where they are installed; Meso4 and CNN-5 are
written here from the same definitions as ours.
"""

import importlib
from collections.abc import Callable
from typing import Any


def build_torch(model: str, image_size: int) -> Any | None:
    """Return an untrained `torch.nn.Module` with one logit, or None where no reference is had.

    Args:
        model: a detector's name.
        image_size: side of the pictures in pixels; Meso4's dense layer depends on it.
    """
    makers: dict[str, Callable[[], Any]] = {
        "meso4": lambda: _meso4(image_size),
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

    layers: list[Any] = []
    channels = 3
    for width, side, pool in ((8, 3, 2), (8, 5, 2), (16, 5, 2), (16, 5, 4)):
        layers += [
            nn.Conv2d(channels, width, side, padding=side // 2),
            nn.ReLU(),
            nn.BatchNorm2d(width, eps=1e-3),
            nn.MaxPool2d(pool, ceil_mode=True),
        ]
        channels = width
    last = -(-image_size // 32)
    return nn.Sequential(
        *layers, nn.Flatten(), nn.Dropout(0.5), nn.Linear(16 * last * last, 16),
        nn.LeakyReLU(0.1), nn.Dropout(0.5), nn.Linear(16, 1),
    )  # fmt: skip


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
