"""Ours beside PyTorch's best, for every model and size, and beside what the machine can."""

from collections.abc import Callable

import numpy as np

from experiments.measuring.speed import theirs
from experiments.measuring.speed.interleave import Run, Times, interleave, shares
from experiments.measuring.speed.rates import COPY, MATMUL, rates
from experiments.measuring.speed.table import Table, Value, name_left_out, spread
from experiments.measuring.speed.work import Work
from experiments.options.benchmark import Config

OURS = "jaxticket"
HEADS = {
    "model": "model",
    "pixels": "pixels",
    "ratio": "ours / PyTorch's best",
    "ours_ms": "jaxticket (ms)",
    "torch_ms": "PyTorch (ms)",
    "best": "its best",
    "matmul_share": "of the matmul rate",
    "copy_share": "of the copy rate",
    "torch_matmul_share": "PyTorch, of the matmul rate",
    "first_s": "first call (s)",
}
ABOUT = (
    "Median [quartiles] of turns; the ratio is ours to PyTorch's best in the same turn, above 1 "
    "where ours is slower. Shares are of the rate of a large float32 matrix product, and of a "
    "large copy, in the same turn; operations and bytes are counted from the network's graph."
)

Ours = Callable[[str, int, int, float], Run]
Theirs = Callable[[str, int, int, float, str], Run | None]
Amount = Callable[[str, int, int], Work]


def versus(
    config: Config, until: float, about: str, ours: Ours, other: Theirs, amount: Amount
) -> Table:
    """Return the table of training or of inference.

    Args:
        config: the options.
        until: when it should end.
        about: what is measured.
        ours, other: make the contestants.
        amount: what a call has to do.
    """
    table = Table(f"{about} {ABOUT}", HEADS)
    absent = theirs.absent(config.torch, table.notes)
    cases = [(model, size) for size in config.image_sizes for model in config.models]
    left_out: list[tuple[str, int]] = []
    for (model, size), end in shares(cases, until, left_out):
        arguments = model, size, config.batch_size, config.sparsity
        runs = {OURS: ours(*arguments)}
        runs |= {} if absent else _forms(config, arguments, other, table.notes)
        limits = rates()
        runs |= {name: rate.run for name, rate in limits.items()}
        times = interleave(runs, config.turns, end)
        amounts = {name: rate.amount for name, rate in limits.items()}
        work = amount(model, size, config.batch_size)
        table.rows.append(_row(model, size, times, work, amounts))
    name_left_out(table, [f"{model} at {size}" for model, size in left_out])
    return table


def _forms(
    config: Config, arguments: tuple[str, int, int, float], other: Theirs, notes: list[str]
) -> dict[str, Run]:
    """Return PyTorch's contestants by name."""
    model, size = arguments[:2]
    forms = [theirs.CONTIGUOUS, theirs.CHANNELS_LAST]
    if theirs.device() == "cuda" and model in config.compiled and size == config.image_sizes[0]:
        forms.append(theirs.COMPILED)
    runs = {}
    for form in forms:
        run = other(*arguments, form)
        if run is None:
            notes.append(f"PyTorch's {model} needs torchvision or timm, which are not installed.")
            break
        if form == theirs.COMPILED:
            try:
                run(1)
            except Exception as error:  # whatever a compiler raises that is not there
                notes.append(f"torch.compile fails for {model}: {error}")
                continue
        runs[form] = run
    return runs


def _row(
    model: str, size: int, times: Times, work: Work, amounts: dict[str, float]
) -> dict[str, Value]:
    row: dict[str, Value] = {
        "model": model,
        "pixels": size,
        "ours_ms": spread(1000 * times.calls[OURS]),
        "first_s": times.first[OURS],
        "matmul_share": _share(times, OURS, MATMUL, work.flops, amounts),
        "copy_share": _share(times, OURS, COPY, work.bytes, amounts),
        "gflops": work.flops / 1e9,
        "megabytes": work.bytes / 1e6,
        "turns": len(times.calls[OURS]),
    }
    for name, amount in amounts.items():
        row[f"{name}_rate"] = spread(amount / times.calls[name])
    others = [name for name in times.calls if name != OURS and name not in amounts]
    for name in others:
        row[f"{name.replace(' ', '_')}_ms"] = spread(1000 * times.calls[name])
    if others:
        best = times.fastest(others)
        row |= {
            "best": best,
            "torch_ms": spread(1000 * times.calls[best]),
            "ratio": spread(times.ratio(OURS, best)),
            "torch_matmul_share": _share(times, best, MATMUL, work.flops, amounts),
        }
    return row


def _share(times: Times, name: str, limit: str, amount: float, amounts: dict[str, float]) -> str:
    """Return the share of a limit's rate that a contestant reaches, in percent."""
    return f"{100 * np.median(times.ratio(limit, name)) * amount / amounts[limit]:.0f}%"
