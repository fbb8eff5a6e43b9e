"""What a timeline draws of faces: every look, or, of long videos, means of its parts."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from experiments.detecting.findings import Face

MOST_LOOKS = 400
"""At a face that are drawn one by one."""
PARTS = 200
"""Of a video, where there are more: as long as each other."""


class Curve(NamedTuple):
    """A face over time, NaN where it is not seen: float [N] each.

    `low` and `high` are the least and the greatest of a part, None where looks are drawn singly.
    """

    seconds: np.ndarray
    values: np.ndarray
    low: np.ndarray | None = None
    high: np.ndarray | None = None


class Curves(NamedTuple):
    """The curves of faces.

    Attributes:
        each: in the order of the faces.
        step: seconds between looks, as far as faces were seen; None of one look.
        part: seconds that a mean is over; None where looks are drawn singly.
    """

    each: list[Curve]
    step: float | None
    part: float | None


def curves_of(faces: Sequence[Face], temperatures: Sequence[float], end: float) -> Curves:
    """Return the curves of faces, in log odds over their temperatures.

    Args:
        faces: at least one.
        temperatures: of each, above 0.
        end: of the last look at the video, seconds.
    """
    times = np.unique([look.seconds for face in faces for look in face.looks])
    step = float(np.median(np.diff(times))) if len(times) > 1 else None
    looks = [
        (
            np.array([look.seconds for look in face.looks]),
            np.array([look.score for look in face.looks]) / temperature,
        )
        for face, temperature in zip(faces, temperatures, strict=True)
    ]
    if end > 0 and max(len(seconds) for seconds, _ in looks) > MOST_LOOKS:
        part = end / PARTS
        return Curves([_in_parts(*each, part) for each in looks], step, part)
    return Curves([_singly(*each, step or 1.0) for each in looks], step, None)


def _singly(seconds: np.ndarray, values: np.ndarray, step: float) -> Curve:
    gaps = np.flatnonzero(np.diff(seconds) > 1.5 * step) + 1
    return Curve(np.insert(seconds, gaps, np.nan), np.insert(values, gaps, np.nan))


def _in_parts(seconds: np.ndarray, values: np.ndarray, part: float) -> Curve:
    own = np.minimum((seconds / part).astype(int), PARTS - 1)
    count = np.bincount(own, minlength=PARTS)
    low, high = np.full(PARTS, np.inf), np.full(PARTS, -np.inf)
    np.minimum.at(low, own, values)
    np.maximum.at(high, own, values)
    means = np.bincount(own, values, PARTS) / np.maximum(count, 1)
    middle = (np.arange(PARTS) + 0.5) * part
    return Curve(middle, *(np.where(count > 0, each, np.nan) for each in (means, low, high)))
