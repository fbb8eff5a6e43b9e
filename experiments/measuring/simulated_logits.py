"""Simulated logits of a dense network and its ticket, with known truth.

Videos (groups) differ, seeds differ, a seed finds some videos harder than others, frames are noisy.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from scipy.optimize import root_scalar
from scipy.special import gammaln, kv, ndtr

MOST_SEPARATION = 30.0
GRID = 40.0
"""Logits up to which a distribution without a formula is tabulated, either way."""


@dataclass(frozen=True)
class World:
    """Random effects on the logits, Gaussian but for `tails`; most are standard deviations.

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
        tails: degrees of freedom of Student's t, above 2, for what makes a video hard for every
            network; infinite: Gaussian.
        fake_every: every so manieth video is fake, the others are real.
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
    tails: float = float("inf")
    fake_every: int = 2

    @property
    def spread(self) -> float:
        """Standard deviation of the logits of one class under one seed, but for `video`."""
        return float(np.linalg.norm((self.own, self.video_and_seed, self.frame, self.noise)))


WORLDS = {
    "typical": World(2.4, 0.1),
    "uneven seeds": World(4.0, 0.1, shift=0.5, skill=0.8),
    "nearly perfect": World(6.0, 0.2),
    "heavy tails": World(2.4, 0.1, tails=3.0),
    "uneven classes": World(2.4, 0.1, fake_every=5),
}


def draw(
    world: World, seeds: int, groups: int, frames: int, generator: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return labels [N], groups [N] and the logits of dense and ticket, [S, N] each.

    N is groups times frames.
    """
    video = np.repeat(np.arange(groups), frames)
    labels = (video % world.fake_every == world.fake_every - 1).astype(int)
    shared = hard_videos(world, groups, generator)[video]
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


def hard_videos(world: World, groups: int, generator: np.random.Generator) -> np.ndarray:
    """Return what makes each video hard for every network, [G], of standard deviation `video`."""
    if np.isinf(world.tails):
        return generator.normal(0, world.video, groups)
    scale = world.video * np.sqrt((world.tails - 2) / world.tails)
    return scale * generator.standard_t(world.tails, groups)


def truth(metric: str, world: World) -> float:
    """Return the mean over endlessly many seeds of a metric on endlessly many videos.

    Given the seed, what is added to the logits of reals and of fakes has one known distribution;
    the mean over seeds is by Gauss-Hermite quadrature.

    Raises:
        ValueError: the metric has no such formula here.
    """
    nodes, weights = np.polynomial.hermite_e.hermegauss(60)
    weights = weights / weights.sum()
    shift = world.shift * nodes[:, None]
    half = world.separation / 2 + world.skill * nodes

    def over_seeds(values: np.ndarray) -> float:
        return float(np.broadcast_to(values, (60, 60)) @ weights @ weights)

    below = distribution(world, 1)
    if metric in ("accuracy", "balanced_accuracy"):
        fakes = 1 / world.fake_every if metric == "accuracy" else 0.5
        right = fakes * below(half + shift) + (1 - fakes) * below(half - shift)
        return over_seeds(right)
    if metric == "auc":
        return over_seeds(distribution(world, 2)(2 * half))
    if metric == "eer":
        return over_seeds(below(-half))
    raise ValueError(f"no truth for {metric!r}: accuracy, balanced_accuracy, auc or eer")


def distribution(world: World, videos: int) -> Callable[[np.ndarray], np.ndarray]:
    """Return P(sum of what is added to a logit in so many independent videos <= x).

    With t by inversion of the characteristic function (Gil-Pelaez 1951), on a grid.
    """
    if np.isinf(world.tails):
        spread = np.sqrt(videos) * np.hypot(world.video, world.spread)
        return lambda x: ndtr(x / spread)
    points, values = _table(world.tails, world.video, world.spread, videos)
    return lambda x: np.interp(x, points, values)


@cache
def _table(tails: float, video: float, spread: float, videos: int) -> tuple[np.ndarray, np.ndarray]:
    points = np.linspace(-GRID, GRID, 2001)
    at = np.linspace(0, 12 / (np.sqrt(videos) * spread), 2001)[1:]
    order, scaled = tails / 2, video * np.sqrt(tails - 2) * at
    heavy = np.exp(order * np.log(scaled) - gammaln(order) - (order - 1) * np.log(2))
    joint = (heavy * kv(order, scaled) * np.exp(-((spread * at) ** 2) / 2)) ** videos
    waves = np.sin(points[:, None] * at) @ (joint / at) + points / 2  # half of what is at 0
    return points, 0.5 + at[0] * waves / np.pi


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
