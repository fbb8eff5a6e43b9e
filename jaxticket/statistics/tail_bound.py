"""A threshold that few of those to come will pass: exact bounds by order statistics.

Of n independent scores the number that lies above the p-quantile from above is binomial, whatever
their distribution. So the (k + 1)-th largest has at most the share p above it with confidence
1 - P(Bin(n, p) <= k): a tolerance limit (Wilks 1941, Annals of Mathematical Statistics 12), the
same as the bound of Clopper and Pearson (1934, Biometrika 26) on a share, read backwards.
"""

from typing import NamedTuple

import numpy as np

CONFIDENCE = 0.95

ROUNDING = 1e-12
"""Relative; 2 scores bound a rate of 1/2 with a confidence of exactly 3/4."""


class TailBound(NamedTuple):
    """A threshold, and what it stands on.

    Attributes:
        threshold: at most the share asked for lies strictly above it; None where the scores are too
            few for any.
        groups: scores that it was found by, one a group.
        beyond: how many of them lie above it.
        needed: the fewest scores that give a threshold at all.
    """

    threshold: float | None
    groups: int
    beyond: int
    needed: int


def tail_bound(scores: np.ndarray, rate: float, confidence: float = CONFIDENCE) -> TailBound:
    """Return the lowest of the scores that at most `rate` of those to come will lie above.

    Holds with the confidence asked for over the scores' drawing, if they are independent and those
    to come are of the same distribution; with equal scores it holds the more.

    Args:
        scores: float [N], of one example of each group (`one_a_group`).
        rate: the share that may lie above, in (0, 1).
        confidence: in (0, 1).

    Raises:
        ValueError: rate or confidence are not in (0, 1), or a score is not finite.
    """
    needed = groups_needed(rate, confidence)
    scores = np.asarray(scores, np.float64)
    if not np.isfinite(scores).all():
        raise ValueError("a score is not finite")
    count = len(scores)
    if count < needed:
        return TailBound(None, count, 0, needed)
    from scipy.special import bdtr  # not at the first training step

    few = (1 - confidence) * (1 + ROUNDING)
    allowed = np.flatnonzero(bdtr(np.arange(count), count, rate) <= few)[-1]
    threshold = float(np.sort(scores)[::-1][allowed])
    return TailBound(threshold, count, int((scores > threshold).sum()), needed)


def groups_needed(rate: float, confidence: float = CONFIDENCE) -> int:
    """Return the fewest scores that give a threshold: (1 - rate)^n <= 1 - confidence.

    Raises:
        ValueError: rate or confidence are not in (0, 1).
    """
    if not (0 < rate < 1 and 0 < confidence < 1):
        raise ValueError(f"rate {rate} and confidence {confidence} must lie in (0, 1)")
    return int(np.ceil(np.log1p(-confidence) / np.log1p(-rate) * (1 - ROUNDING)))


def share_interval(count: int, total: int, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """Return the exact interval of a share (Clopper, Pearson 1934), of independent trials.

    Args:
        count: of those that count, 0..total.
        total: of trials; without any the interval is [0, 1].
        confidence: of both ends together, in (0, 1).
    """
    from scipy.special import betaincinv

    tail = (1 - confidence) / 2
    low = betaincinv(count, total - count + 1, tail) if count > 0 else 0.0
    high = betaincinv(count + 1, total - count, 1 - tail) if count < total else 1.0
    return float(low), float(high)
