"""Metrics of a real/fake detector. Fake (1) is the positive class; values lie in [0, 1].

Each takes `labels`, int [N] of 0 and 1, and `scores`, float [N], higher = more fake; a logit above
0 says fake. A metric that needs both classes is NaN without one of them.
"""

from collections.abc import Callable

import numpy as np

Metric = Callable[[np.ndarray, np.ndarray], float]


def accuracy(labels: np.ndarray, scores: np.ndarray) -> float:
    """Return the fraction of examples classified right at probability 0.5 (logit 0)."""
    return float(np.mean((scores > 0) == labels))


def balanced_accuracy(labels: np.ndarray, scores: np.ndarray) -> float:
    """Return the mean of the recalls of real and fake at probability 0.5."""
    fake = labels == 1
    if fake.all() or not fake.any():
        return float("nan")
    return float((np.mean(scores[fake] > 0) + np.mean(scores[~fake] <= 0)) / 2)


def auc(labels: np.ndarray, scores: np.ndarray) -> float:
    """Return the area under the ROC: P(score of a fake > of a real), ties counting a half.

    By ranks (Mann-Whitney), so exact for any number of ties.
    """
    from scipy.stats import rankdata  # takes a second, and the first training step needs none

    fakes = int(np.sum(labels == 1))
    reals = len(labels) - fakes
    if not fakes or not reals:
        return float("nan")
    # In float64: some versions of SciPy give ranks in the scores' own precision.
    ranks = rankdata(np.asarray(scores, np.float64))
    return float((ranks[labels == 1].sum() - fakes * (fakes + 1) / 2) / (fakes * reals))


def equal_error_rate(labels: np.ndarray, scores: np.ndarray) -> float:
    """Return the error rate where false alarms equal misses, between two thresholds if need be.

    On the ROC as a polyline through its (false alarm, hit) points.
    """
    false_alarms, hits = roc(labels, scores)
    misses = 1 - hits
    after = int(np.argmax(false_alarms >= misses))
    if after == 0:
        return float(false_alarms[0])
    gap = misses - false_alarms
    before = after - 1
    share = gap[before] / (gap[before] - gap[after])
    return float(false_alarms[before] + share * (false_alarms[after] - false_alarms[before]))


def hits_at(rate: float) -> Metric:
    """Return the metric of true positives at a rate of false alarms.

    On the ROC as a polyline; where it rises straight up at the rate, the upper end. With fewer
    reals than 1 / rate it is read off between no false alarm and the first.

    Args:
        rate: of false alarms, in (0, 1).
    """

    def metric(labels: np.ndarray, scores: np.ndarray) -> float:
        false_alarms, hits = roc(labels, scores)
        return float(np.interp(rate, false_alarms, hits))

    return metric


def average_precision(labels: np.ndarray, scores: np.ndarray) -> float:
    """Return the sum of precisions weighted by the steps in recall, ties taken together."""
    counts = _cumulative(labels, scores)
    if counts is None:
        return float("nan")
    hits, false_alarms = counts
    precision = hits / (hits + false_alarms)
    return float(np.sum(np.diff(np.r_[0, hits]) * precision) / hits[-1])


def _cumulative(labels: np.ndarray, scores: np.ndarray) -> tuple[np.ndarray, np.ndarray] | None:
    """Return hits and false alarms at each distinct threshold, falling; None without a class."""
    if len(np.unique(labels)) < 2:
        return None
    order = np.argsort(-scores, kind="stable")
    ends = np.r_[np.flatnonzero(np.diff(scores[order])), len(scores) - 1]
    hits = np.cumsum(labels[order] == 1)[ends]
    return hits, ends + 1 - hits


def roc(labels: np.ndarray, scores: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return false-alarm and hit rates from no alarm on, one point more than distinct scores.

    Both are a single NaN without one of the classes.
    """
    counts = _cumulative(labels, scores)
    if counts is None:
        return np.array([np.nan]), np.array([np.nan])
    hits, false_alarms = counts
    return np.r_[0, false_alarms / false_alarms[-1]], np.r_[0, hits / hits[-1]]


METRICS: dict[str, Metric] = {
    "accuracy": accuracy,
    "balanced_accuracy": balanced_accuracy,
    "auc": auc,
    "eer": equal_error_rate,
    "average_precision": average_precision,
}


HITS_AT = {"tpr_at_1": 0.01, "tpr_at_5": 0.05}
"""Names of the true positives at 1% and at 5% false alarms: read off scores that are kept, not
measured in every run."""


def all_metrics(labels: np.ndarray, scores: np.ndarray) -> dict[str, float]:
    """Return every metric of `METRICS` by name."""
    return {name: metric(labels, scores) for name, metric in METRICS.items()}
