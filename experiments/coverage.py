"""Do the 95% intervals hold the truth 95 times in 100? A simulation at real sizes.

    python -m experiments.coverage

Draws the logits of a dense network and its ticket from a model with known truth: videos (groups)
differ, seeds differ, a seed finds some videos harder than others, frames are noisy. Every repeat
gives the intervals of `jaxticket.statistics`; the table counts how often they hold the truth, with
the Monte Carlo error of the count, and says how wide they are. Takes two minutes of processor
time; no data set and no accelerator is needed.
"""

import sys
from dataclasses import dataclass, replace

import numpy as np
from rich.console import Console
from scipy.special import ndtr

from experiments.command_line import parse, run
from experiments.progress import make_console
from jaxticket.statistics import Estimate, mean_interval, paired_interval

TRUTH_SEEDS = 1_000_000


@dataclass(frozen=True)
class World:
    """Gaussian random effects on the logits; all but the first two are standard deviations.

    Attributes:
        separation: mean logit of a fake in the dense network, minus that of a real.
        loss: what the ticket has less of it.
        video: of what makes a video hard for every network.
        own: of what makes it hard for the dense network, or the ticket, alone.
        shift: of a seed's threshold.
        skill: of a seed's separation.
        video_and_seed: of what makes a video hard for one training.
        frame: of what makes a frame hard for every network.
        noise: of what is left.
    """

    separation: float
    loss: float
    video: float = 0.8
    own: float = 0.3
    shift: float = 0.15
    skill: float = 0.1
    video_and_seed: float = 0.5
    frame: float = 0.6
    noise: float = 0.6

    @property
    def spread(self) -> float:
        """Standard deviation of the logits of one class under one seed."""
        parts = (self.video, self.own, self.video_and_seed, self.frame, self.noise)
        return float(np.sqrt(np.sum(np.square(parts))))


WORLDS = {
    "typical": World(2.4, 0.1),
    "uneven seeds": World(4.0, 0.1, shift=0.5, skill=0.8),
    "nearly perfect": World(6.0, 0.2),
}


@dataclass(frozen=True)
class Config:
    """Count how often the intervals hold the truth."""

    worlds: tuple[str, ...] = tuple(WORLDS)
    """Names of simulated worlds."""
    metrics: tuple[str, ...] = ("accuracy", "auc")
    """Out of accuracy, balanced_accuracy, auc and eer."""
    seeds: tuple[int, ...] = (1, 3, 5)
    """Trainings."""
    groups: tuple[int, ...] = (10, 20, 40, 60)
    """Test videos, half of them fake."""
    frames: int = 20
    """Frames of a video."""
    repeats: int = 1000
    """Simulated studies a cell."""
    confidence: float = 0.95
    """Nominal coverage, in (0, 1)."""
    random_seed: int = 0
    """Of the simulation."""


@dataclass(frozen=True)
class Coverage:
    """How the intervals of one quantity did.

    Attributes:
        share: of the repeats whose interval held the truth, in [0, 1].
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
    for name in config.worlds:
        world = WORLDS[name]
        truths = [
            f"{metric} {truth(metric, world):.4f} and {truth(metric, _ticket(world)):.4f}"
            for metric in config.metrics
        ]
        console.print(f"\n{name.capitalize()}; true values of dense and ticket: "
                      f"{', '.join(truths)}\n")  # fmt: skip
        heads = [head for metric in config.metrics for head in (metric, f"{metric} difference")]
        console.print(f"| seeds | groups | {' | '.join(heads)} |")
        console.print("|---|---|" + "---|" * len(heads))
        for seeds in config.seeds:
            for groups in config.groups:
                cells = [_cell(found) for found in measure(config, world, seeds, groups)]
                console.print(f"| {seeds} | {groups} | {' | '.join(cells)} |")


def measure(config: Config, world: World, seeds: int, groups: int) -> list[Coverage]:
    """Return the coverage of each metric's mean (dense) and paired difference, in turns."""
    generator = np.random.default_rng([config.random_seed, seeds, groups])
    wanted = []
    for metric in config.metrics:
        dense = truth(metric, world)
        wanted += [dense, truth(metric, _ticket(world)) - dense]
    found: list[list[Estimate]] = [[] for _ in wanted]
    for _ in range(config.repeats):
        labels, names, dense, ticket = draw(world, seeds, groups, config.frames, generator)
        for at, metric in enumerate(config.metrics):
            found[2 * at].append(
                mean_interval(metric, labels, dense, names, confidence=config.confidence)
            )
            found[2 * at + 1].append(
                paired_interval(metric, labels, ticket, dense, names, confidence=config.confidence)
            )
    return [_count(estimates, true) for estimates, true in zip(found, wanted, strict=True)]


def draw(
    world: World, seeds: int, groups: int, frames: int, generator: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return labels [N], groups [N] and the logits of dense and ticket, [S, N] each.

    Every second video is fake; N is groups times frames.
    """
    video = np.repeat(np.arange(groups), frames)
    labels = video % 2
    shared = generator.normal(0, world.video, groups)[video]
    shared = shared + generator.normal(0, world.frame, len(video))
    logits = []
    for network in (world, _ticket(world)):
        shift = generator.normal(0, network.shift, (seeds, 1))
        skill = network.separation + 2 * generator.normal(0, network.skill, (seeds, 1))
        own = generator.normal(0, network.own, groups)
        own = own + generator.normal(0, network.video_and_seed, (seeds, groups))
        noise = generator.normal(0, network.noise, (seeds, len(video)))
        logits.append(shift + skill * (labels - 0.5) + shared + own[:, video] + noise)
    return labels, video, logits[0], logits[1]


def truth(metric: str, world: World) -> float:
    """Return the mean over a million seeds of a metric on endlessly many videos.

    Given the seed, logits of reals and fakes are two normal distributions, so that each seed's
    value is exact.

    Raises:
        ValueError: the metric has no such formula here.
    """
    generator = np.random.default_rng(0)
    shift = generator.normal(0, world.shift, TRUTH_SEEDS) / world.spread
    half = world.separation / 2 + generator.normal(0, world.skill, TRUTH_SEEDS)
    half = half / world.spread
    if metric in ("accuracy", "balanced_accuracy"):
        return float(np.mean(ndtr(half + shift) + ndtr(half - shift)) / 2)
    if metric == "auc":
        return float(np.mean(ndtr(np.sqrt(2) * half)))
    if metric == "eer":
        return float(np.mean(ndtr(-half)))
    raise ValueError(f"no truth for {metric!r}: accuracy, balanced_accuracy, auc or eer")


def _ticket(world: World) -> World:
    return replace(world, separation=world.separation - world.loss)


def _count(estimates: list[Estimate], true: float) -> Coverage:
    held = np.array([e.low <= true <= e.high for e in estimates])
    share = float(held.mean())
    return Coverage(
        share=share,
        error=float(np.sqrt(share * (1 - share) / len(held))),
        width=float(np.mean([e.high - e.low for e in estimates])),
    )


def _cell(found: Coverage) -> str:
    return f"{found.share:.1%} ± {found.error:.1%}, {found.width:.3f}"


def entry() -> None:
    """Read argv and run."""
    config = parse(Config, {"default": Config()}, sys.argv[1:])
    run(lambda: main(config, make_console()))


if __name__ == "__main__":
    entry()
