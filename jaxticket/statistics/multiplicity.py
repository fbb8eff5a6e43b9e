"""Several comparisons at once: the chance of one false claim among them all stays bounded."""

from collections.abc import Sequence

import numpy as np


def holm(p_values: Sequence[float]) -> np.ndarray:
    """Return Holm's (1979) adjusted p values, float, in the order given, at most 1.

    Claiming what has an adjusted p of at most alpha makes any false claim with probability at
    most alpha, however the comparisons hang together.

    Raises:
        ValueError: a p value is not in [0, 1].
    """
    given = np.asarray(p_values, np.float64)
    if not np.all((given >= 0) & (given <= 1)):
        raise ValueError(f"p values must lie in [0, 1], got {p_values}")
    order = np.argsort(given, kind="stable")
    stepped = given[order] * np.arange(len(given), 0, -1)
    adjusted = np.empty(len(given))
    adjusted[order] = np.minimum(np.maximum.accumulate(stepped), 1.0)
    return adjusted
