"""How often the interval of a mean over a video's frames holds, for frames that are alike."""

from typing import NamedTuple

import numpy as np
from scipy.signal import lfilter

from jaxticket.statistics import successive_interval

ALIKE = (0.0, 0.5, 0.9, 0.97, 0.99)
FRAMES = (20, 50, 100, 300, 1000)


class Held(NamedTuple):
    """Of many videos: the share with an interval, and with one that holds; its median width."""

    given: float
    held: float
    width: float


def count_frames(alike: float, frames: int, repeats: int, generator: np.random.Generator) -> Held:
    """Return how the interval does for scores of mean 0 and variance 1.

    Args:
        alike: correlation of neighbours, in [0, 1): an autoregressive sequence of the first order.
        frames: of a video.
        repeats: videos.
        generator: draws them.
    """
    steps = generator.normal(size=(repeats, frames))
    steps[:, 1:] *= np.sqrt(1 - alike**2)
    ends = [successive_interval(row) for row in lfilter([1], [1, -alike], steps, axis=1)]
    given = [(low, high) for low, high in ends if low is not None and high is not None]
    if not given:
        return Held(0.0, float("nan"), float("nan"))
    return Held(
        given=len(given) / repeats,
        held=float(np.mean([low <= 0 <= high for low, high in given])),
        width=float(np.median([high - low for low, high in given])),
    )
