"""Scoring and selecting weights, beside PyTorch's global pruning."""

from typing import Any

import jax
import numpy as np

from experiments.measuring.speed import theirs
from experiments.measuring.speed.interleave import Run, interleave, shares
from experiments.measuring.speed.table import Table, name_left_out, spread
from experiments.options.benchmark import Config
from jaxticket import masks
from jaxticket.pruning import magnitude, select

WEIGHTS = (100_000, 1_000_000, 11_000_000, 21_000_000)
"""Prunable weights: the last two about ResNet-18's and Xception's."""
LAYERS = 20
FRACTION = 0.2
HEADS = {
    "weights": "weights",
    "ratio": "ours / PyTorch",
    "ours_ms": "jaxticket (ms)",
    "torch_ms": "PyTorch (ms)",
}


def measure(config: Config, until: float) -> Table:
    """Return the table."""
    table = Table(
        f"From weights to the masks of a round that removes {FRACTION:.0%}: magnitudes, one "
        f"threshold over {LAYERS} layers; PyTorch's `global_unstructured` by L1. Median "
        "[quartiles] of turns.",
        HEADS,
    )
    absent = theirs.absent(config.torch, table.notes)
    left_out: list[int] = []
    for count, end in shares(sorted(WEIGHTS, reverse=True), until, left_out):
        runs = {"ours": ours(count)} | ({} if absent else {"torch": torch(count)})
        times = interleave(runs, config.turns, end)
        row: dict[str, Any] = {"weights": count, "ours_ms": spread(1000 * times.calls["ours"])}
        if not absent:
            row |= {
                "torch_ms": spread(1000 * times.calls["torch"]),
                "ratio": spread(times.ratio("ours", "torch")),
            }
        table.rows.append(row)
    table.rows.sort(key=lambda row: row["weights"])
    name_left_out(table, [f"{count:,} weights" for count in left_out])
    return table


def layers(count: int) -> list[np.ndarray]:
    """Return so many weights in layers [n, 64], float32."""
    rows = max(1, count // LAYERS // 64)
    draw = np.random.default_rng(0)
    return [draw.standard_normal((rows, 64), dtype=np.float32) for _ in range(LAYERS)]


def ours(count: int) -> Run:
    """Return our scoring and selection."""
    params = {f"layer{n:02}": {"kernel": jax.numpy.asarray(w)} for n, w in enumerate(layers(count))}
    full, paths = masks.full(params), tuple(f"{name}/kernel" for name in params)

    def run(calls: int) -> None:
        for _ in range(calls):
            new, _ = select(magnitude(params), full, FRACTION, paths, "global")
            jax.block_until_ready(new)

    return run


def torch(count: int) -> Run:
    """Return PyTorch's, on the device where it trains; it prunes the same weights in every call."""
    from torch import nn, tensor
    from torch.nn.utils import prune

    weights = [tensor(weight, device=theirs.device()) for weight in layers(count)]
    modules = [nn.Linear(*weight.shape[::-1], bias=False) for weight in layers(count)]
    pairs = [(module, "weight") for module in modules]

    def run(calls: int) -> None:
        for _ in range(calls):
            for module, weight in zip(modules, weights, strict=True):
                module.weight = nn.Parameter(weight)
            prune.global_unstructured(pairs, prune.L1Unstructured, amount=FRACTION)
            for module in modules:
                prune.remove(module, "weight")
        theirs.wait()

    return run
