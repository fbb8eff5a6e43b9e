"""An interval of the calibration error that holds where probabilities are nearly true, too.

The error is a sum of absolute values, so chance raises it, the more the smaller it is in truth; an
interval around the estimate then misses the truth. Here the values are kept that the estimate does
not speak against (inversion of a test: Neyman 1937, Philosophical Transactions A 236).
"""

import numpy as np

from jaxticket.statistics.calibration import BINS, sums_by_bin
from jaxticket.statistics.estimate import are_too_few
from jaxticket.statistics.intervals import scarcest

DRAWS = 1000
"""Of what chance adds, each with its mirror image."""

STEPS = 30
MOST = 64.0
"""Times the gaps seen; no end lies beyond."""


def calibration_interval(
    labels: np.ndarray,
    probabilities: np.ndarray,
    groups: np.ndarray,
    bins: int = BINS,
    confidence: float = 0.95,
) -> tuple[float, float]:
    """Return the interval of the expected calibration error of one network, over groups.

    Gaps of the bins that are c times those seen, with Gaussian chance of the covariance that groups
    show, give an error that grows with c (Anderson 1955, Proceedings of the AMS 6). The ends are
    where the error seen is at that error's upper and at its lower quantile. The error seen, which
    chance raises, is kept within. A bin varies at least as much as it would were its probabilities
    true: without a mistake in it groups show no spread.

    Args:
        labels: int [N] of 0 and 1.
        probabilities: of fake, float [N] in [0, 1].
        groups: [N], what hangs together.
        bins: their number.
        confidence: in (0, 1).

    Returns:
        Both ends in [0, 1]; NaN where a class has one group only.
    """
    names, member = np.unique(groups, return_inverse=True)
    count = len(names)
    if are_too_few(scarcest(labels, member), count):
        return float("nan"), float("nan")
    sums = sums_by_bin(probabilities - labels, probabilities, member, count, bins)
    gaps = sums.sum(0) / len(labels)
    rest = (sums - gaps * np.bincount(member)[:, None]) / len(labels)
    covariance = count / (count - 1) * rest.T @ rest
    claimed = _variance_if_true(probabilities, member, count, bins) / len(labels) ** 2
    covariance += np.diag(np.maximum(claimed - np.diag(covariance), 0))
    spread, axes = np.linalg.eigh(covariance)
    normal = np.random.default_rng(0).standard_normal((DRAWS, bins))
    chance = (normal * np.sqrt(np.maximum(spread, 0))) @ axes.T
    chance = np.concatenate([chance, -chance])
    seen, tail = float(np.abs(gaps).sum()), (1 - confidence) / 2

    def times(quantile: float) -> float:
        """Return how many times the gaps have the error seen at the quantile of theirs."""
        low, high = 0.0, MOST
        for _ in range(STEPS):
            middle = (low + high) / 2
            error = np.abs(middle * gaps + chance).sum(1)
            low, high = (middle, high) if np.quantile(error, quantile) < seen else (low, middle)
        return low

    return times(1 - tail) * seen, min(max(times(tail), 1.0) * seen, 1.0)


def _variance_if_true(
    probabilities: np.ndarray, member: np.ndarray, count: int, bins: int
) -> np.ndarray:
    """Return the variance of a bin's fakes, [bins], where a group's are drawn together."""
    spread = np.sqrt(probabilities * (1 - probabilities))
    return (sums_by_bin(spread, probabilities, member, count, bins) ** 2).sum(0)
