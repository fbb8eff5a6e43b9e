"""Intervals by resampling groups: frames of one video or faces of one picture hang together."""

from collections.abc import Callable

import numpy as np

from jaxticket.statistics.estimate import are_too_few, reach, same
from jaxticket.statistics.intervals import scarcest


def group_interval(
    metric: Callable[[np.ndarray, np.ndarray], float],
    labels: np.ndarray,
    scores: np.ndarray,
    groups: np.ndarray,
    *,
    draws: int = 500,
    confidence: float = 0.95,
    seed: int = 0,
    limits: tuple[float, float] = (0.0, 1.0),
) -> tuple[float, float]:
    """Return the percentile bootstrap interval of a metric over resampled groups.

    Groups are drawn with replacement, whole (Efron 1979; cluster bootstrap). Draws on which the
    metric is undefined (one class only) are left out. Where all draws agree, the interval goes as
    far as `reach`.

    Args:
        metric: `(labels, scores) -> value`.
        labels: int [N].
        scores: float [N].
        groups: [N], what hangs together.
        draws: number of resamplings.
        confidence: of the interval, in (0, 1).
        seed: of the draws.
        limits: no end lies beyond.

    Returns:
        Lower and upper end; both NaN if no draw defines the metric, and where the groups are too
        few (`are_too_few`).
    """
    _, member = np.unique(groups, return_inverse=True)
    count, scarce = int(member.max()) + 1, scarcest(labels, member)
    if are_too_few(scarce, count):
        return float("nan"), float("nan")
    generator = np.random.default_rng(seed)
    values = []
    for _ in range(draws):
        times = np.bincount(generator.integers(count, size=count), minlength=count)
        drawn = np.repeat(np.arange(len(labels)), times[member])
        values.append(metric(labels[drawn], scores[drawn]))
    kept = np.array(values)[~np.isnan(values)]
    if not kept.size:
        return float("nan"), float("nan")
    tail = (1 - confidence) / 2
    low, high = np.quantile(kept, [tail, 1 - tail])
    if same(kept):
        low, high = low - reach(scarce, tail), high + reach(scarce, tail)
    return float(max(low, limits[0])), float(min(high, limits[1]))
