"""Do the 95% intervals hold the truth 95 times in 100? A simulation at real sizes.

    python -m experiments.coverage
    python -m experiments.coverage --margins

Draws the logits of a dense network and its ticket from a model with known truth
(`experiments.measuring.simulated_logits`). Every repeat gives the intervals of
`jaxticket.statistics`; the table counts how often they hold the truth, with the Monte Carlo error
of the count, and says how wide they are. With margins it counts false claims instead: how often
`non_inferior` holds although the ticket loses the whole margin. Takes one or two minutes of
processor time; no data set and no accelerator is needed.
"""

from experiments.terminal.start import start

if __name__ == "__main__":
    start("coverage")  # here, since help needs no more imports

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from rich.console import Console

from experiments.measuring.simulated_logits import WORLDS, World, at_margin, draw, ticket_of, truth
from experiments.options.coverage import Config
from jaxticket.statistics import Estimate, mean_interval, paired_interval
from jaxticket.text import markdown_table
from jaxticket.verdicts.rules import MARGINS


@dataclass(frozen=True)
class Coverage:
    """How the intervals of one quantity did.

    Attributes:
        share: of the repeats whose interval held the truth, or that made the claim, in [0, 1].
        error: Monte Carlo standard error of the share.
        width: mean width of the intervals.
    """

    share: float
    error: float
    width: float


def main(config: Config, console: Console) -> None:
    """Print a Markdown table for every world.

    Raises:
        ValueError: a world or metric is unknown, or a number is out of range.
    """
    for name in config.worlds:
        if name not in WORLDS:
            raise ValueError(f"unknown world {name!r}: one of {', '.join(WORLDS)}")
    if min(config.seeds) < 1 or min(config.groups) < 4 or config.repeats < 2 or config.frames < 1:
        raise ValueError("1 seed, 4 groups, 1 frame and 2 repeats are the least")
    if config.margins:
        _print_false_claims(config, console)
        return
    for name in config.worlds:
        world = WORLDS[name]
        truths = [
            f"{metric} {truth(metric, world):.4f} and {truth(metric, ticket_of(world)):.4f}"
            for metric in config.metrics
        ]
        console.print(f"{name.capitalize()}; true values of dense and ticket: "
                      f"{', '.join(truths)}\n")  # fmt: skip
        heads = [head for metric in config.metrics for head in (metric, f"{metric} difference")]
        _print_table(config, console, heads, lambda *size, world=world: [
            f"{held.share:.1%} ± {held.error:.1%}, {held.width:.3f}"
            for held in measure(config, world, *size)
        ])  # fmt: skip


def _print_false_claims(config: Config, console: Console) -> None:
    for metric in config.metrics:
        if metric not in MARGINS:
            raise ValueError(f"{metric} has no default margin: {', '.join(MARGINS)} have one")
    for name in config.worlds:
        for metric in config.metrics:
            console.print(
                f"{name.capitalize()}, {metric}: false claims of `non_inferior` where the true "
                f"loss is {MARGINS[metric]:g}, nominal {(1 - config.confidence) / 2:.1%}, by the "
                "true value of dense\n"
            )
            worlds = [at_margin(metric, WORLDS[name], at, MARGINS[metric]) for at in config.dense]
            heads = [f"{at:g}" for at in config.dense]
            _print_table(config, console, heads, lambda *size, metric=metric, worlds=worlds: [
                f"{claims.share:.1%} ± {claims.error:.1%}"
                for claims in (false_claims(config, metric, world, *size) for world in worlds)
            ])  # fmt: skip


def _print_table(
    config: Config,
    console: Console,
    heads: Sequence[str],
    cells: Callable[[int, int], Sequence[str]],
) -> None:
    """Print a row for every number of seeds and of groups, as soon as its cells are counted."""
    rows = (
        (str(seeds), str(groups), *cells(seeds, groups))
        for seeds in config.seeds
        for groups in config.groups
    )
    for line in markdown_table(["seeds", "groups", *heads], rows):
        console.print(line)


def false_claims(config: Config, metric: str, world: World, seeds: int, groups: int) -> Coverage:
    """Return how often a ticket that loses the whole margin is judged not inferior."""
    generator = np.random.default_rng([config.random_seed, seeds, groups])
    margin = truth(metric, world) - truth(metric, ticket_of(world))
    tail = (1 - config.confidence) / 2
    claimed, widths = [], []
    for _ in range(config.repeats):
        labels, names, dense, ticket = draw(world, seeds, groups, config.frames, generator)
        gain = paired_interval(metric, labels, ticket, dense, names, confidence=config.confidence)
        claimed.append(gain.p_above(-margin) <= tail)
        widths.append(gain.high - gain.low)
    return _share(np.array(claimed), widths)


def measure(config: Config, world: World, seeds: int, groups: int) -> list[Coverage]:
    """Return the coverage of each metric's mean (dense) and paired difference, in turns."""
    generator = np.random.default_rng([config.random_seed, seeds, groups])
    wanted = []
    for metric in config.metrics:
        dense = truth(metric, world)
        wanted += [dense, truth(metric, ticket_of(world)) - dense]
    by_quantity: list[list[Estimate]] = [[] for _ in wanted]
    for _ in range(config.repeats):
        labels, names, dense, ticket = draw(world, seeds, groups, config.frames, generator)
        for at, metric in enumerate(config.metrics):
            by_quantity[2 * at].append(
                mean_interval(metric, labels, dense, names, confidence=config.confidence)
            )
            by_quantity[2 * at + 1].append(
                paired_interval(metric, labels, ticket, dense, names, confidence=config.confidence)
            )
    return [_count(estimates, true) for estimates, true in zip(by_quantity, wanted, strict=True)]


def _count(estimates: list[Estimate], true: float) -> Coverage:
    held = np.array([e.low <= true <= e.high for e in estimates])
    return _share(held, [e.high - e.low for e in estimates])


def _share(counted: np.ndarray, widths: list[float]) -> Coverage:
    share = float(counted.mean())
    error = float(np.sqrt(share * (1 - share) / len(counted)))
    return Coverage(share=share, error=error, width=float(np.mean(widths)))
