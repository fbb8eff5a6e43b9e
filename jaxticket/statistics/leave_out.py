"""Metrics with one group left out at a time: what the jackknife needs, in closed form.

`member`, int [N], is the group of each example in 0..G-1. What comes back is the metric on all
examples and, [G], on all examples but one group's; NaN where it is undefined. Those of the equal
error rate and of true positives at false alarms are to first order.
"""

from collections.abc import Callable
from functools import partial

import numpy as np

from jaxticket.statistics.metrics import HITS_AT, METRICS, equal_error_rate, roc

LeftOut = tuple[float, np.ndarray]


def leave_out(
    metric: str, labels: np.ndarray, scores: np.ndarray, member: np.ndarray, count: int
) -> LeftOut:
    """Return a metric of one seed's scores on all examples, and without each group.

    Args:
        metric: a name in `METRICS` or `HITS_AT`; with C logits an example, `accuracy` or
            `balanced_accuracy`.
        labels: int [N].
        scores: float [N], or logits [N, C].
        member: int [N].
        count: G.

    Returns:
        The metric, and float [G].

    Raises:
        ValueError: the metric is unknown, or not made for C logits.
    """
    if metric in SHARES:
        return SHARES[metric](labels, is_right(labels, scores), member, count)
    if metric not in METRICS and metric not in HITS_AT:
        raise ValueError(f"unknown metric {metric!r}: one of {', '.join([*METRICS, *HITS_AT])}")
    if scores.ndim != 1:
        raise ValueError(
            f"{metric} needs one score an example, got {scores.shape[1]} logits: ask for "
            f"{' or '.join(SHARES)}"
        )
    if metric in CLOSED:
        return CLOSED[metric](labels, scores, member, count)
    whole = METRICS[metric]
    rest = [member != group for group in range(count)]
    return whole(labels, scores), np.array([whole(labels[r], scores[r]) for r in rest])


def is_right(labels: np.ndarray, scores: np.ndarray) -> np.ndarray:
    """Return which examples are classified right, bool [N], from scores [N] or logits [N, C]."""
    return (scores.argmax(axis=1) if scores.ndim == 2 else scores > 0) == labels


def recalls_left_out(
    classes: np.ndarray, right: np.ndarray, member: np.ndarray, count: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return the share of right answers in every class, [C], and without each group, [G, C].

    Args:
        classes: int [N] in 0..C-1.
        right: bool [N], or weights float [N].
        member: int [N].
        count: G.
    """
    width = int(classes.max()) + 1
    cell = member * width + classes
    hits = np.bincount(cell, right, minlength=count * width).reshape(count, width)
    sizes = np.bincount(cell, minlength=count * width).reshape(count, width)
    with np.errstate(invalid="ignore", divide="ignore"):
        return hits.sum(0) / sizes.sum(0), (hits.sum(0) - hits) / (sizes.sum(0) - sizes)


def accuracy_left_out(
    labels: np.ndarray, right: np.ndarray, member: np.ndarray, count: int
) -> LeftOut:
    """Return the share of right answers, and without each group, [G]."""
    whole, rest = recalls_left_out(np.zeros_like(labels), right, member, count)
    return float(whole[0]), rest[:, 0]


def balanced_left_out(
    labels: np.ndarray, right: np.ndarray, member: np.ndarray, count: int
) -> LeftOut:
    """Return the mean of the recalls of the classes there are, and without each group, [G].

    NaN with one class only, as in `METRICS`.
    """
    present, classes = np.unique(labels, return_inverse=True)
    if len(present) < 2:
        return float("nan"), np.full(count, np.nan)
    whole, rest = recalls_left_out(classes, right, member, count)
    return float(whole.mean()), rest.mean(axis=1)


SHARES: dict[str, Callable[[np.ndarray, np.ndarray, np.ndarray, int], LeftOut]] = {
    "accuracy": accuracy_left_out,
    "balanced_accuracy": balanced_left_out,
}


def auc_left_out(labels: np.ndarray, scores: np.ndarray, member: np.ndarray, count: int) -> LeftOut:
    """Return the AUC, and without each group, [G].

    The AUC is the share of (fake, real) pairs that the fake wins, so leaving a group out takes
    its fakes' pairs and its reals' pairs away, those within the group once (the structural
    components of DeLong et al. 1988, summed by group as in Obuchowski 1997).
    """
    fake = labels == 1
    _, rank = np.unique(scores, return_inverse=True)
    span = int(rank.max()) + 1
    # Ranks that put every group above the one before compare within groups in one search.
    inside = member * span + rank
    reals_before = np.searchsorted(np.sort(inside[~fake]), member[fake] * span)
    won = _below(rank[fake], rank[~fake])
    lost = fake.sum() - _below(rank[~fake], rank[fake])
    won_inside = _below(inside[fake], inside[~fake]) - reals_before
    pairs = np.bincount(member[fake], won - won_inside, minlength=count) + np.bincount(
        member[~fake], lost, minlength=count
    )
    fakes, reals = (np.bincount(member[chosen], minlength=count) for chosen in (fake, ~fake))
    with np.errstate(invalid="ignore", divide="ignore"):
        whole = won.sum() / np.float64(fakes.sum() * reals.sum())
        rest = (won.sum() - pairs) / ((fakes.sum() - fakes) * (reals.sum() - reals))
    return float(whole), rest


def eer_left_out(labels: np.ndarray, scores: np.ndarray, member: np.ndarray, count: int) -> LeftOut:
    """Return the equal error rate, and to first order without each group, [G].

    The rate itself jumps from score to score, which a jackknife takes for spread. So its
    derivative is taken: where the threshold stays, the error rates of reals and fakes change, and
    the rate moves by their mean, weighted by the densities of fakes and of reals at the threshold
    (both rates are equal there: implicit differentiation). The densities come from the steps of
    the ROC within `WINDOW` of the point.
    """
    whole = equal_error_rate(labels, scores)
    if np.isnan(whole):
        return whole, np.full(count, np.nan)
    false_alarms, hits = roc(labels, scores)
    gap = false_alarms - (1 - hits)
    after = int(np.argmax(gap >= 0))
    share = -gap[after - 1] / (gap[after] - gap[after - 1])
    alarm = _alarm(scores, after, share)
    fake = labels == 1
    _, rest = recalls_left_out(fake.astype(int), np.where(fake, 1 - alarm, alarm), member, count)
    weight = np.diff(np.interp([-WINDOW, WINDOW], gap, hits))[0] / (2 * WINDOW)
    return whole, weight * rest[:, 0] + (1 - weight) * rest[:, 1]


WINDOW = 0.1
"""Difference of false alarms and misses, either way, over which the slope of a ROC is measured."""


def hits_left_out(
    rate: float, labels: np.ndarray, scores: np.ndarray, member: np.ndarray, count: int
) -> LeftOut:
    """Return the true positives at a rate of false alarms, and to first order without each group.

    Where the threshold stays, true positives and false alarms change; it then moves until the
    false alarms are at the rate again, which costs the slope of the ROC there times their change.
    The slope is measured over `NEAR`.
    """
    false_alarms, hits = roc(labels, scores)
    if np.isnan(false_alarms[0]):
        return float("nan"), np.full(count, np.nan)
    after = int(np.searchsorted(false_alarms, rate, "right"))
    before = after - 1
    share = (rate - false_alarms[before]) / (false_alarms[after] - false_alarms[before])
    alarm = _alarm(scores, after, share)
    whole, rest = recalls_left_out((labels == 1).astype(int), alarm, member, count)
    ends = np.array([rate / NEAR, rate * NEAR])
    slope = np.diff(np.interp(ends, false_alarms, hits))[0] / np.diff(ends)[0]
    return float(whole[1]), rest[:, 1] - slope * (rest[:, 0] - rate)


NEAR = 1.5
"""Factor of a rate of false alarms, either way, over which the slope of a ROC is measured."""


def _alarm(scores: np.ndarray, after: int, share: float) -> np.ndarray:
    """Return how far each score counts as called fake, a share of the way to a ROC's point."""
    edge = np.unique(scores)[-after]
    return (scores > edge) + share * (scores == edge)


CLOSED: dict[str, Callable[[np.ndarray, np.ndarray, np.ndarray, int], LeftOut]] = {
    "auc": auc_left_out,
    "eer": eer_left_out,
    **{name: partial(hits_left_out, rate) for name, rate in HITS_AT.items()},
}


def _below(values: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Return how many of `others` lie below each value, ties counting a half."""
    ordered = np.sort(others)
    left = np.searchsorted(ordered, values, "left")
    return (left + np.searchsorted(ordered, values, "right")) / 2
