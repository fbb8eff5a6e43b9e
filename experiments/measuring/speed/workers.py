"""Trainings side by side, each on a core of its own, against one on all cores."""

from contextlib import ExitStack

import jax

from experiments.measuring.machine import cores
from experiments.measuring.speed.interleave import LEAST_TURNS, shares
from experiments.measuring.speed.process import Process, job
from experiments.measuring.speed.table import Table, name_left_out, spread
from experiments.options.benchmark import Config

SECONDS = 3.0
"""Of a turn."""
HEADS = {
    "model": "model",
    "pixels": "pixels",
    "processes": "processes of one core",
    "ratio": "steps a second, all of them / one on all cores",
    "together": "side by side (steps a second)",
    "alone": "one on all cores",
}


def measure(config: Config, until: float) -> Table:
    """Return the table."""
    size, mine = config.image_sizes[0], cores()
    table = Table(
        f"Training steps of noise, batch {config.batch_size}: as many processes as cores, each "
        "bound to one, taking turns with one process on all of them. Median [quartiles] of turns.",
        HEADS,
    )
    if jax.default_backend() != "cpu" or len(mine) < 2:
        table.notes.append(
            "Not measured: on an accelerator, or on one core, processes only share what there is."
        )
        return table
    left_out: list[str] = []
    for model, _ in shares(config.models[:2], until, left_out):
        table.rows.append(_row(config, model, size, mine))
    name_left_out(table, left_out)
    return table


def _row(config: Config, model: str, size: int, mine: list[int]) -> dict:
    with ExitStack() as stack:
        alone, *single = (
            stack.enter_context(Process(job(config, model, size, "ours", chosen)))
            for chosen in (None, *([core] for core in mine))
        )
        for process in (alone, *single):
            process.answer()
        rates = {"alone": [], "together": []}
        for _ in range(LEAST_TURNS):
            for name, processes in (("alone", [alone]), ("together", single)):
                for process in processes:
                    process.ask(SECONDS)
                answers = [process.answer() for process in processes]
                rates[name].append(sum(each["steps"] / each["seconds"] for each in answers))
    ratios = [two / one for one, two in zip(rates["alone"], rates["together"], strict=True)]
    return {
        "model": model,
        "pixels": size,
        "processes": len(single),
        "ratio": spread(ratios),
        "together": spread(rates["together"]),
        "alone": spread(rates["alone"]),
    }
