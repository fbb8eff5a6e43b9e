"""Do the 95% intervals hold the truth 95 times in 100? A simulation at real sizes.

    python -m experiments.coverage
    python -m experiments.coverage --margins
    python -m experiments.coverage --bounds
    python -m experiments.coverage --runs=runs/imp_...,runs/imp_...-seed1

Draws the logits of a dense network and its ticket from a model with known truth
(`experiments.measuring.simulated_logits`). Every repeat gives the intervals of
`jaxticket.statistics`; the table counts how often they hold the truth, with the Monte Carlo error
of the count, and says how wide they are. With margins it counts false claims instead: how often
`non_inferior` holds although the ticket loses the whole margin. With bounds it counts how often the
false alarms and misses of a calibrated network are bounded as `experiments.calibrate` says; with
runs it reads such bounds on the runs' own test groups instead. Takes some minutes of processor
time, with bounds most of an hour; no data set and no accelerator is needed.
"""

from experiments.terminal.start import start

if __name__ == "__main__":
    start("coverage")  # here, since help needs no more imports

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from rich.console import Console

from experiments.calibrating.on_test import lines, read_on_test
from experiments.measuring.bounds_coverage import (
    WAYS,
    Kind,
    Ways,
    count_errors,
    count_ways,
    kinds,
    studies,
)
from experiments.measuring.frames_coverage import ALIKE, FRAMES, count_frames
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
    """Print a Markdown table for every world, or one of runs.

    Raises:
        FileNotFoundError: no such run, or a level of it has no predictions.
        ValueError: a world or metric is unknown, a number is out of range, or a split of a run
            holds one class only.
    """
    if config.runs:
        for line in lines(list(read_on_test(config.runs, config.rates, config.confidence))):
            console.print(line)
        return
    for name in config.worlds:
        if name not in WORLDS:
            raise ValueError(f"unknown world {name!r}: one of {', '.join(WORLDS)}")
    if min(config.seeds) < 1 or min(config.groups) < 4 or config.repeats < 2 or config.frames < 1:
        raise ValueError("1 seed, 4 groups, 1 frame and 2 repeats are the least")
    if config.margins:
        _print_false_claims(config, console)
        return
    if config.bounds:
        _print_bounds(config, console)
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


def _print_bounds(config: Config, console: Console) -> None:
    """Print how often bounds of false alarms and misses, and both, hold; and what stays open."""
    if min(config.validation_groups) < 20 or config.epochs < 1:
        raise ValueError("20 validation groups and 1 epoch are the least")
    for name in config.worlds:
        console.print(f"{name.capitalize()}: how often the bounds hold; the share that remains "
                      "open, told neither\n")  # fmt: skip
        heads = ["of", "groups", "rate", "false alarms", "misses", "both", "open"]
        for way in list(WAYS)[1:]:
            heads += [f"{way}: false alarms", "open"]
        for line in markdown_table(heads, _bounds_rows(config, WORLDS[name])):
            console.print(line)
        console.print(f"\n{name.capitalize()}: how often the calibration error's interval holds\n")
        heads = ["of", "groups", "true", "validation", "test", "test, leaving out", "width"]
        rows = (
            (kind.name, str(groups), *errors_row(config, WORLDS[name], kind, groups))
            for kind in kinds(config.frames)[:2]
            for groups in config.validation_groups
        )
        for line in markdown_table(heads, rows):
            console.print(line)
        console.print()
    console.print("The mean over frames: videos that get an interval, of these how often it holds, "
                  "its median width; by the correlation of neighbours\n")  # fmt: skip
    heads = ["frames", *(f"{alike:g}" for alike in ALIKE)]
    for line in markdown_table(heads, _frames_rows(config)):
        console.print(line)


def _frames_rows(config: Config) -> Iterator[tuple[str, ...]]:
    for frames in FRAMES:
        generator = np.random.default_rng([config.random_seed, frames])
        found = (count_frames(alike, frames, config.repeats, generator) for alike in ALIKE)
        cells = (f"{each.given:.0%}, {each.held:.1%}, {each.width:.2f}" for each in found)
        yield str(frames), *cells


def _bounds_rows(config: Config, world: World) -> Iterator[tuple[str, ...]]:
    for kind in kinds(config.frames):
        for groups in config.validation_groups:
            found = count_ways(_drawn(config, world, kind, groups), config.rates, config.confidence)
            for rate in config.rates:
                bound, *others = (found[rate, way] for way in WAYS)
                cells = [*map(_held, (bound.false_alarms, bound.misses, bound.both)), _open(bound)]
                for ways in others:
                    cells += [_held(ways.false_alarms), _open(ways)]
                if kind.mean > 1:
                    cells[-2:] = "", ""  # an example is a group
                yield kind.name, str(groups), f"{rate:.0%}", *cells


def _open(ways: Ways) -> str:
    return f"{np.mean(ways.open):.1%}" if ways.open else ""


def errors_row(config: Config, world: World, kind: Kind, groups: int) -> list[str]:
    """Return the mean true calibration error, how often its intervals hold it, and the width."""
    found = count_errors(_drawn(config, world, kind, groups))
    held = ([getattr(one, by) for one in found] for by in ("validation", "test", "left_out"))
    true, width = (np.mean([getattr(one, by) for one in found]) for by in ("true", "width"))
    return [f"{true:.3f}", *map(_held, held), f"{width:.3f}"]


def _drawn(config: Config, world: World, kind: Kind, groups: int):
    generator = np.random.default_rng([config.random_seed, groups])
    return studies(world, groups, config.frames, kind, epochs=config.epochs,
                   repeats=config.repeats, generator=generator)  # fmt: skip


def _held(counted: Sequence[bool]) -> str:
    if not counted:
        return "no bound"
    share = _share(np.array(counted), [0.0])
    return f"{share.share:.1%} ± {share.error:.1%}"


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
