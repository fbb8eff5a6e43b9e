"""The mean of values in a row whose neighbours are alike, such as the scores of a video."""

import math

import numpy as np

BATCHES = 10


def successive_interval(values: np.ndarray) -> tuple[float | None, float | None]:
    """Return the 95% interval of the mean of successive values; None where they are too few.

    Means of ten batches of neighbours are taken (Schmeiser 1982, Operations Research 30). Batches
    that are still alike, as of a short video, count for fewer, by the correlation of neighbours
    without its bias (Marriott, Pope 1954, Biometrika 41); where they come to fewer than two,
    nothing can be said.

    Args:
        values: float [N], in order.
    """
    if len(values) < 2 * BATCHES:
        return None, None
    from scipy.special import stdtrit  # not at the first training step

    means = np.array([part.mean() for part in np.array_split(values, BATCHES)])
    middle, apart = float(values.mean()), means - means.mean()
    squares = float(apart @ apart)
    if squares == 0:
        return middle, middle
    alike = float(apart[1:] @ apart[:-1]) / squares
    alike = max(alike + (1 + 3 * alike) / BATCHES, 0.0)
    worth = BATCHES * (1 - alike) / (1 + alike)
    if worth < 2:
        return None, None
    half = float(stdtrit(worth - 1, 0.975)) * math.sqrt(squares / (BATCHES - 1) / worth)
    return middle - half, middle + half
