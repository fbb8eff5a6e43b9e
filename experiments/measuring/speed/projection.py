"""On paper: what a slice of 256 chips would do for 100 tickets, from a measured step.

Nothing here is measured on such a slice. The figures of a chip are those that its maker publishes
for TPU v5e (https://cloud.google.com/tpu/docs/v5e); the rest are the assumptions named below.
"""

import math
from typing import Any, NamedTuple

import jax

from experiments.measuring.speed import ours, work
from experiments.measuring.speed.interleave import LEAST_TURNS, interleave
from experiments.measuring.speed.table import Table
from experiments.options.benchmark import Config
from jaxticket.models import build
from jaxticket.pruning import by_sparsities
from jaxticket.trees import leaves_by_path, size

CHIPS, CHIPS_OF_HOST = 256, 8
PEAK = 197e12
"""Floating-point operations a second of a chip, bfloat16."""
MEMORY = 16e9
"""Bytes of a chip."""
LINK = 400e9
"""Bytes a second of a chip to its neighbours, both directions together."""
LATENCY = 5e-6
"""Seconds of a reduction over neighbouring chips beside its bytes: an assumption."""
SHARES = (0.02, 0.1, 0.3)
"""Of the peak that a chip reaches on small convolutions: assumptions, from poor to good."""

MODEL, TICKETS, PICTURES, EPOCHS = "resnet18", 100, 140_000, 7
SPARSITY, FRACTION = 0.95, 0.2
"""Levels lead to this sparsity, each removing that fraction."""
HEADS = {
    "chip": "a chip's step",
    "step_ms": "its step (ms)",
    "layout": "chips a ticket",
    "busy": "chips at work",
    "together_ms": "step on them (ms)",
    "exchange": "of it exchanging",
    "hours": "all tickets (hours)",
    "demand": "pictures a second of a host",
}


class Search(NamedTuple):
    """What all tickets come to on some layout.

    Attributes:
        step: seconds of a step of one ticket, exchange included.
        exchange: seconds of it that gradients and statistics take.
        busy: chips that have something to do.
        seconds: until all tickets are found.
        demand: pictures a second that a host has to give to its chips.
    """

    step: float
    exchange: float
    busy: int
    seconds: float
    demand: float


def measure(config: Config, until: float) -> Table:
    """Return the table, from a step measured here or, with --chip_step_ms, elsewhere."""
    side, batch = config.image_sizes[0], config.batch_size
    amount = work.step(MODEL, side, batch)
    params, stats = jax.eval_shape(lambda: build(MODEL).init(jax.random.key(0), side))
    gradients, statistics = 4 * size(params), 4 * size(stats)
    normalisations = len(leaves_by_path(stats)) // 2
    levels = len(by_sparsities((SPARSITY,), FRACTION))
    steps = levels * EPOCHS * (PICTURES // batch)
    held = PICTURES * side * side * 3
    if config.chip_step_ms is None:
        run = ours.training(MODEL, side, batch, config.sparsity)
        measured = float(sorted(interleave({"step": run}, LEAST_TURNS, until).calls["step"])[1])
        source = f"as measured here ({jax.devices()[0].device_kind})"
    else:
        measured, source = config.chip_step_ms / 1000, "as given (--chip_step_ms)"
    fits = "fits" if held < MEMORY / 2 else "does not fit"
    table = Table(
        f"A projection, not a measurement: {TICKETS} tickets of {MODEL} at {side} pixels, "
        f"{PICTURES:,} pictures, {levels} levels to {SPARSITY:.0%}, {EPOCHS} epochs each, batch "
        f"{batch}: {steps:,} steps a ticket of {amount.flops / 1e9:,.0f} GFLOP. {CHIPS} chips "
        f"(TPU v5e: {PEAK / 1e12:.0f} TFLOP/s, {LINK / 1e9:.0f} GB/s to neighbours, "
        f"{CHIPS_OF_HOST} a host). A chip's step is the measured one, or assumed as a share of the "
        f"peak. Where two share a ticket, each does half a batch, and every step exchanges "
        f"{gradients / 1e6:.1f} MB of gradients and, forward and backward, the sums of "
        f"{normalisations} normalisations ({2 * statistics / 1e3:.0f} kB), {LATENCY * 1e6:.0f} "
        f"microseconds each. The pictures as uint8 take {held / 1e9:.1f} GB: the set {fits} on a "
        "chip beside the network; where it lies there a host gives nothing in a step, and else "
        "the last column, to be compared with the input road. Evaluation, pruning, checkpoints "
        "and compilation come on top.",
        HEADS,
    )
    chips = [(source, measured)]
    chips += [(f"{share:.0%} of the peak", amount.flops / share / PEAK) for share in SHARES]
    for name, step in chips:
        for each in (1, 2):
            found = search(step, each, steps, batch, gradients, 2 * statistics, normalisations)
            table.rows.append(_row(name, step, each, found))
    return table


def search(
    step: float,
    chips: int,
    steps: int,
    batch: int,
    gradients: float,
    statistics: float,
    normalisations: int,
) -> Search:
    """Return what all tickets take when each has so many chips; those left wait for nothing.

    Args:
        step: seconds of a whole batch on one chip.
        chips: that share a ticket, each with an equal part of the batch.
        steps: of a ticket.
        batch: pictures in a step.
        gradients: bytes that are reduced in a step.
        statistics: bytes of batch normalisation that are reduced in a step.
        normalisations: layers of it; each reduces once forward and once backward.
    """
    exchange = 0.0
    if chips > 1:
        # A ring sends each byte twice, less the part that a chip has itself.
        sent = 2 * (chips - 1) / chips * (gradients + statistics)
        exchange = sent / (LINK / 2) + LATENCY * (1 + 2 * normalisations)
    together = step / chips + exchange
    at_once = CHIPS // chips
    waves = math.ceil(TICKETS / at_once)
    tickets_of_host = CHIPS_OF_HOST / chips
    return Search(
        step=together,
        exchange=exchange,
        busy=min(TICKETS, at_once) * chips,
        seconds=waves * steps * together,
        demand=tickets_of_host * batch / together,
    )


def _row(name: str, step: float, chips: int, found: Search) -> dict[str, Any]:
    return {
        "chip": name,
        "step_ms": 1000 * step,
        "layout": chips,
        "busy": found.busy,
        "together_ms": 1000 * found.step,
        "exchange": f"{found.exchange / found.step:.0%}",
        "hours": found.seconds / 3600,
        "demand": found.demand,
    }
