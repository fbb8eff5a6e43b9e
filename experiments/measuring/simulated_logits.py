"""Simulated logits of a dense network and its ticket, with known truth.

Videos (groups) differ, seeds differ, a seed finds some videos harder than others, frames are noisy.
"""

from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from scipy.optimize import root_scalar
from scipy.special import ndtr

TRUTH_SEEDS = 1_000_000
MOST_SEPARATION = 30.0


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
    for network in (world, ticket_of(world)):
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
    of_threshold, of_skill = _many_seeds()
    shift = world.shift * of_threshold / world.spread
    half = (world.separation / 2 + world.skill * of_skill) / world.spread
    if metric in ("accuracy", "balanced_accuracy"):
        return float(np.mean(ndtr(half + shift) + ndtr(half - shift)) / 2)
    if metric == "auc":
        return float(np.mean(ndtr(np.sqrt(2) * half)))
    if metric == "eer":
        return float(np.mean(ndtr(-half)))
    raise ValueError(f"no truth for {metric!r}: accuracy, balanced_accuracy, auc or eer")


@cache
def _many_seeds() -> tuple[np.ndarray, np.ndarray]:
    generator = np.random.default_rng(0)
    return generator.normal(size=TRUTH_SEEDS), generator.normal(size=TRUTH_SEEDS)


def ticket_of(world: World) -> World:
    """Return the world in which the dense network is what the ticket is here."""
    return replace(world, separation=world.separation - world.loss)


def at_margin(metric: str, world: World, dense: float, margin: float) -> World:
    """Return the world with a dense network of a true value, whose ticket loses the margin.

    Raises:
        ValueError: no separation gives such a value in this world.
    """

    def separation(value: float) -> float:
        def off(at: float) -> float:
            return truth(metric, replace(world, separation=at)) - value

        if not off(0.0) < 0 < off(MOST_SEPARATION):
            raise ValueError(f"no network with a true {metric} of {value:g} in this world")
        return float(root_scalar(off, bracket=(0.0, MOST_SEPARATION), xtol=1e-4).root)

    high = separation(dense)
    return replace(world, separation=high, loss=high - separation(dense - margin))
