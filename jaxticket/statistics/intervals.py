"""Intervals of a metric over seeds and groups, of paired differences, and of what pruning keeps."""

import numpy as np

from jaxticket.statistics.estimate import Estimate, estimate, rarer, same
from jaxticket.statistics.leave_out import CLOSED, SHARES, leave_out

MOST_COLUMNS = 100
"""Metrics without a closed form leave out as many bunches of groups at most (Kott 2001)."""


def mean_interval(
    metric: str,
    labels: np.ndarray,
    scores: np.ndarray,
    groups: np.ndarray,
    *,
    confidence: float = 0.95,
) -> Estimate:
    """Return a metric's mean over seeds with its interval over seeds and groups.

    Its ends are NaN where the scarcest class has one group only.

    Args:
        metric: a name in `METRICS`.
        labels: int [N].
        scores: float [S, N], one row a seed, all of the same examples; or logits [S, N, C] for
            `accuracy` and `balanced_accuracy`.
        groups: [N], what hangs together: the source video, the picture.
        confidence: of the interval.

    Raises:
        ValueError: the metric is unknown, shapes do not fit, or a score is not finite.
    """
    table = _Table(metric, labels, groups, scores)
    values, pseudo = table.jackknife(scores)
    return table.estimate(
        float(values.mean()),
        pseudo,
        confidence=confidence,
        share=True,
        limits=(0.0, 1.0),
        tied=same(values),
    )


def interval_ends(
    metric: str, labels: np.ndarray, scores: np.ndarray, groups: np.ndarray
) -> tuple[float, float]:
    """Return the ends of `mean_interval` of one network.

    Args:
        metric: a name in `METRICS`.
        labels: int [N].
        scores: float [N], or logits [N, C].
        groups: [N].
    """
    estimate = mean_interval(metric, labels, scores[None], groups)
    return estimate.low, estimate.high


def paired_interval(
    metric: str,
    labels: np.ndarray,
    scores_a: np.ndarray,
    scores_b: np.ndarray,
    groups: np.ndarray,
    *,
    confidence: float = 0.95,
) -> Estimate:
    """Return the difference a - b of a metric, paired by seed and example, with its interval.

    Args:
        metric: a name in `METRICS`.
        labels: int [N].
        scores_a: float [S, N], or logits [S, N, C]; row s has the same seed in both.
        scores_b: the same shape, of the same examples.
        groups: [N].
        confidence: of the interval.

    Raises:
        ValueError: as in `mean_interval`, or the two do not have one shape.
    """
    table = _Table(metric, labels, groups, scores_a, scores_b)
    (values_a, pseudo_a), (values_b, pseudo_b) = (
        table.jackknife(scores_a),
        table.jackknife(scores_b),
    )
    return table.estimate(
        float(np.mean(values_a - values_b)),
        pseudo_a - pseudo_b,
        confidence=confidence,
        mistakes=_mistakes(values_a, values_b),
        exact=np.array_equal(scores_a, scores_b),
        tied=same(values_a - values_b),
    )


def retention_interval(
    metric: str,
    labels: np.ndarray,
    ticket: np.ndarray,
    dense: np.ndarray,
    groups: np.ndarray,
    *,
    chance: float = 0.5,
    confidence: float = 0.95,
) -> Estimate | None:
    """Return the above-chance retention (ticket - chance) / (dense - chance), means over seeds.

    The variance of the ratio R is that of ((ticket - chance) - R (dense - chance)) / (dense -
    chance), by pairs (delta method).

    Args:
        metric: a name in `METRICS` that is `chance` for a coin.
        labels: int [N].
        ticket: float [S, N], or logits [S, N, C].
        dense: the same shape; row s has the same seed.
        groups: [N].
        chance: 1/2, or 1/C with C classes.
        confidence: of the interval.

    Returns:
        The ratio, 1 where all is kept; None where the dense network is not shown to be above
        chance (lower end of its own interval), since there is then nothing to keep.

    Raises:
        ValueError: as in `paired_interval`.
    """
    table = _Table(metric, labels, groups, ticket, dense)
    (values, pseudo), (values_dense, pseudo_dense) = table.jackknife(ticket), table.jackknife(dense)
    base = values_dense.mean() - chance
    above = table.estimate(
        float(values_dense.mean()),
        pseudo_dense,
        confidence=confidence,
        share=True,
        limits=(0.0, 1.0),
        tied=same(values_dense),
    )
    if not above.low > chance:
        return None
    ratio = (values.mean() - chance) / base
    return table.estimate(
        float(ratio),
        ((pseudo - chance) - ratio * (pseudo_dense - chance)) / base,
        confidence=confidence,
        limits=(-np.inf, np.inf),
        mistakes=_mistakes(values, values_dense),
        exact=np.array_equal(ticket, dense),
        tied=same(values - ratio * values_dense),
    )


def seed_values(metric: str, labels: np.ndarray, scores: np.ndarray) -> np.ndarray:
    """Return a metric of every seed, float [S].

    Args:
        metric: a name in `METRICS`.
        labels: int [N].
        scores: float [S, N], or logits [S, N, C].

    Raises:
        ValueError: the metric is unknown, or not made for C logits.
    """
    labels, everyone = np.asarray(labels), np.zeros(len(labels), int)
    return np.array([leave_out(metric, labels, row, everyone, 1)[0] for row in np.asarray(scores)])


class _Table:
    """Jackknife pseudo-values of a metric, a row a seed and a column a group."""

    def __init__(self, metric: str, labels: np.ndarray, groups: np.ndarray, *scores: np.ndarray):
        _check(labels, groups, scores)
        self.metric, self.labels = metric, np.asarray(labels)
        names, member = np.unique(groups, return_inverse=True)
        self.groups = len(names)
        self.scarce = scarcest(self.labels, member)
        self.count = self.groups
        if metric not in (*SHARES, *CLOSED) and self.groups > MOST_COLUMNS:
            self.count = MOST_COLUMNS
            member = np.random.default_rng(0).permutation(self.groups)[member] % MOST_COLUMNS
        self.member = member

    def jackknife(self, scores: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the metric of every seed, [S], and its pseudo-values, [S, columns]."""
        rows = [
            leave_out(self.metric, self.labels, row, self.member, self.count)
            for row in np.asarray(scores)
        ]
        values, rest = np.array([row[0] for row in rows]), np.array([row[1] for row in rows])
        return values, pseudo_values(values, rest)

    def estimate(self, value: float, table: np.ndarray, **options) -> Estimate:
        """Return the estimate of a value with this table's groups."""
        scarce = min(self.scarce, self.count)
        return estimate(value, table, scarce, groups=self.groups, **options)


def pseudo_values(values: np.ndarray, rest: np.ndarray) -> np.ndarray:
    """Return G theta - (G - 1) theta without group g (Tukey 1958), float [S, G].

    Args:
        values: float [S], on all groups.
        rest: float [S, G], without each group.
    """
    count = rest.shape[1]
    return count * values[:, None] - (count - 1) * rest


def scarcest(classes: np.ndarray, member: np.ndarray) -> int:
    """Return the number of groups with the class that the fewest groups have.

    Args:
        classes: [N].
        member: int [N], the groups.
    """
    return min(len(np.unique(member[classes == kind])) for kind in np.unique(classes))


def _mistakes(*values: np.ndarray) -> float:
    """Return the share of mistakes of all networks together, from the values of their seeds."""
    return sum(rarer(float(of_network.mean())) for of_network in values)


def _check(labels: np.ndarray, groups: np.ndarray, scores: tuple[np.ndarray, ...]) -> None:
    labels = np.asarray(labels)
    shapes = [np.shape(rows) for rows in scores]
    if len(set(shapes)) > 1:
        raise ValueError(
            f"the two compared have shapes {shapes[0]} and {shapes[1]}: pair them by seed (row) "
            "and example (column)"
        )
    if len(shapes[0]) not in (2, 3) or shapes[0][1] != len(labels) or len(groups) != len(labels):
        raise ValueError(
            f"scores must be [seeds, examples] (or [seeds, examples, classes]) beside "
            f"{len(labels)} labels and as many groups, got scores {shapes[0]} and {len(groups)} "
            "groups"
        )
    if 0 in shapes[0]:
        raise ValueError(f"scores of shape {shapes[0]} hold nothing")
    for rows in scores:
        bad = ~np.isfinite(rows)
        if bad.any():
            seed, example = np.argwhere(bad)[0][:2]
            raise ValueError(
                f"the score of example {example} in row {seed} is not finite: leave that seed out"
            )
