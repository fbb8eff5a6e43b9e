"""What a PyTorch port keeps otherwise than the detector, put right exactly or refused by name."""

import math
from functools import partial

import numpy as np

from jaxticket.models.architecture import Architecture
from jaxticket.models.weight_files import Contents, StoredArray, WeightFileError
from jaxticket.models.weight_names import Slot

EPSILON = 1e-5
"""Of PyTorch's BatchNorm, where nothing else is asked for; a state dict does not keep it."""


def refuse_shared_norms(contents: Contents, slots: list[Slot], detector: str) -> None:
    """Refuse a port in which one batch normalisation serves several convolutions.

    Raises:
        WeightFileError: it has the detector's convolutions and too few batch normalisations; says
            which serves what.
    """
    convs = {s.name: s.shape[-1] for s in slots if len(s.shape) == 4 and s.name in contents}
    wanted = {slot.name for slot in slots if slot.path.endswith("/mean")}
    norms = {name: a.shape for name, a in contents.items() if name.endswith(".running_mean")}
    if len(norms) >= len(wanted) or len(convs) < sum(len(s.shape) == 4 for s in slots):
        return
    shared = [
        f"{name.removesuffix('.running_mean')} serves {' and '.join(served)}"
        for name, shape in norms.items()
        if len(served := [c.removesuffix(".weight") for c, n in convs.items() if (n,) == shape]) > 1
    ]
    raise WeightFileError(
        f"is almost {detector}, but another network: it shares its batch normalisation "
        f"({'; '.join(shared)}), as HongguLiu/MesoNet-Pytorch and DeepfakeBench do, and {detector} "
        f"has {len(wanted)}, one for each place"
    )


def absent_biases(contents: Contents, slots: list[Slot]) -> Contents:
    """Return zeros for the convolutions' biases if the file has none of them."""
    convs = {slot.layer for slot in slots if len(slot.shape) == 4}
    biases = [slot for slot in slots if slot.layer in convs and slot.path.endswith("/bias")]
    if any(slot.name in contents for slot in biases):
        return {}
    return {
        slot.name: StoredArray(slot.name, slot.shape, partial(np.zeros, slot.shape))
        for slot in biases
    }


def flattened_as_ours(kernel: np.ndarray, channels: int) -> np.ndarray:
    """Return a dense kernel [C * h * w, n] that reads a map as [h * w * C] instead of [C, h, w]."""
    side = math.isqrt(kernel.shape[0] // channels)
    maps = kernel.reshape(channels, side, side, -1)
    return maps.transpose(1, 2, 0, 3).reshape(kernel.shape)


def scales_for_our_epsilon(values: dict[str, np.ndarray], row: Architecture) -> None:
    """Multiply the scales so that batch normalisation gives what it gave with PyTorch's epsilon.

    scale / sqrt(var + theirs) = scale * sqrt((var + ours) / (var + theirs)) / sqrt(var + ours)
    """
    for path in [path for path in values if path.endswith("/var")]:
        var = values[path].astype(np.float64)
        scale = path.replace("batch_stats/", "params/", 1).removesuffix("var") + "scale"
        ratio = np.sqrt((var + row.epsilon) / (var + EPSILON))
        values[scale] = (values[scale] * ratio).astype(np.float32)
