"""Simulated networks whose true rates and calibration error on all videos are known.

Of each network the effects of its seed are drawn once and kept. True is what comes out on one
example each of endlessly many new groups.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from experiments.measuring.simulated_logits import World, distribution, hard_videos
from jaxticket.calibration import sigmoid

CELLS = np.linspace(-40, 40, 16001)
"""Edges of logits over which the true calibration error is summed."""


@dataclass(frozen=True)
class Detector:
    """A trained network.

    Attributes:
        world: what its logits vary by.
        real, fake: their middles.
    """

    world: World
    real: float
    fake: float

    def false_alarms(self, threshold: float) -> float:
        """Return the true share of reals above a threshold."""
        return float(1 - distribution(self.world, 1)(np.array(threshold - self.real)))

    def misses(self, threshold: float) -> float:
        """Return the true share of fakes below a threshold."""
        return float(distribution(self.world, 1)(np.array(threshold - self.fake)))

    def open(self, lower: float, upper: float) -> float:
        """Return the true share between the thresholds, of as many reals as fakes."""
        detected = (1 - self.misses(upper)) + (1 - self.false_alarms(lower))
        return 1 - (self.false_alarms(upper) + self.misses(lower) + detected) / 2

    def calibration_error(self, temperature: float, bins: int = 10) -> float:
        """Return the true expected calibration error of sigmoid(logit / temperature)."""
        below, share = distribution(self.world, 1), 1 / self.world.fake_every
        fakes = share * np.diff(below(CELLS - self.fake))
        everything = fakes + (1 - share) * np.diff(below(CELLS - self.real))
        middles = (CELLS[1:] + CELLS[:-1]) / 2
        said = sigmoid(middles / temperature)
        place = np.minimum((said * bins).astype(int), bins - 1)
        return float(np.abs(np.bincount(place, said * everything - fakes, minlength=bins)).sum())

    def of_videos(self, frames: int) -> "Detector":
        """Return the same of means over so many frames of a video."""
        world, less = self.world, np.sqrt(frames)
        return replace(
            self, world=replace(world, frame=world.frame / less, noise=world.noise / less)
        )


def draw_detectors(world: World, count: int, generator: np.random.Generator) -> list[Detector]:
    """Return trainings in a world; as epochs of one they differ more than epochs do."""
    shift = generator.normal(0, world.shift, count)
    half = world.separation / 2 + generator.normal(0, world.skill, count)
    return [
        Detector(world, float(at - apart), float(at + apart))
        for at, apart in zip(shift, half, strict=True)
    ]


def draw_logits(
    detectors: Sequence[Detector], groups: int, frames: int, generator: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return labels [N], groups [N] and the logits of detectors of one world, [D, N].

    N is groups times frames. What makes a video or a frame hard for all of them is drawn once.
    """
    world, count = detectors[0].world, len(detectors)
    video = np.repeat(np.arange(groups), frames)
    labels = (video % world.fake_every == world.fake_every - 1).astype(int)
    shared = hard_videos(world, groups, generator)[video]
    shared = shared + generator.normal(0, world.frame, len(video))
    own = generator.normal(0, np.hypot(world.own, world.video_and_seed), (count, groups))
    noise = generator.normal(0, world.noise, (count, len(video)))
    middles = np.array([[detector.real, detector.fake] for detector in detectors])
    return labels, video, middles[:, labels] + shared + own[:, video] + noise
