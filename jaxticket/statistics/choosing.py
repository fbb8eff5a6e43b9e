"""How much choosing flatters: the best of several checkpoints by the very test set it is read on.

Cross-fitting over groups: one half of the groups chooses, the other half reads; in turns, and over
many random halves. What is read so owes nothing to chance in the choice. The best of all on the
whole set, minus that, is what the choice adds.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from jaxticket.statistics.estimate import Estimate, estimate
from jaxticket.statistics.intervals import pseudo_values, scarcest
from jaxticket.statistics.leave_out import CLOSED, SHARES, leave_out

LOWER_IS_BETTER = ("eer",)


@dataclass(frozen=True)
class Choice:
    """The best of several checkpoints on a test set, and what choosing it there adds.

    Attributes:
        best: the number of the best checkpoint of each seed.
        value: its metric, the mean over seeds: what is published after such a choice.
        honest: the same where half of the groups choose and the other half is read.
        flattery: value - honest (turned where lower is better), with its interval.
        chosen: how often each checkpoint was chosen by a half, in [0, 1].
    """

    best: tuple[int, ...]
    value: float
    honest: float
    flattery: Estimate
    chosen: tuple[float, ...]


def choose_on_test(
    metric: str,
    labels: np.ndarray,
    scores: Sequence[np.ndarray],
    groups: np.ndarray,
    *,
    splits: int = 200,
    seed: int = 0,
) -> Choice:
    """Return what the best of several checkpoints says, and how much the choice flatters it.

    Every seed chooses for itself, as one does who trains once. A half's metric is the mean of its
    groups' jackknife pseudo-values, exact for shares and to first order for the others. Choosing
    by a half is harder than by the whole, so the honest value is, if anything, a little low.

    Args:
        metric: one with a closed leave-out: accuracy, balanced_accuracy, auc, eer or of `HITS_AT`.
        labels: int [N].
        scores: of each checkpoint, float [S, N], of the same seeds and examples.
        groups: [N], what hangs together.
        splits: random halves.
        seed: of the halves.

    Raises:
        ValueError: fewer than two checkpoints, shapes that do not fit, or another metric.
    """
    if len(scores) < 2:
        raise ValueError("a choice needs two checkpoints or more")
    if metric not in CLOSED and metric not in SHARES:
        raise ValueError(f"no choice by {metric}: one of {', '.join([*SHARES, *CLOSED])}")
    if len({np.shape(rows) for rows in scores}) > 1:
        raise ValueError("the checkpoints must have the same seeds and examples")
    labels = np.asarray(labels)
    names, member = np.unique(groups, return_inverse=True)
    halves = _halves(labels, member, len(names), splits, np.random.default_rng(seed))
    sign = -1.0 if metric in LOWER_IS_BETTER else 1.0
    table, best, values = [], [], []
    times = np.zeros(len(scores))
    for of_seed in zip(*scores, strict=True):
        left_out = [leave_out(metric, labels, row, member, len(names)) for row in of_seed]
        whole = np.array([value for value, _ in left_out])
        pseudo = pseudo_values(whole, np.stack([rest for _, rest in left_out]))
        first = int(np.argmax(sign * whole))
        read = np.zeros(len(names))
        for half in (halves, ~halves):
            chosen = np.argmax(sign * (half @ pseudo.T) / half.sum(1, keepdims=True), axis=1)
            read += (pseudo[chosen] * ~half).sum(0) / splits
            times += np.bincount(chosen, minlength=len(scores))
        best.append(first)
        values.append(whole[first])
        table.append(sign * (pseudo[first] - read))
    rows = np.stack(table)
    flattery = estimate(float(rows.mean()), rows, scarcest(labels, member), exact=True)
    value = float(np.mean(values))
    return Choice(
        best=tuple(best),
        value=value,
        honest=value - sign * flattery.value,
        flattery=flattery,
        chosen=tuple((times / times.sum()).tolist()),
    )


def _halves(
    labels: np.ndarray, member: np.ndarray, count: int, splits: int, generator: np.random.Generator
) -> np.ndarray:
    """Return random halves of the groups, bool [splits, G]; each kind of group is halved."""
    kinds = np.zeros(count, int)
    for bit, chosen in enumerate((labels == 1, labels != 1)):
        kinds[np.unique(member[chosen])] += 1 << bit
    halves = np.zeros((splits, count), bool)
    for kind in np.unique(kinds):
        own = np.flatnonzero(kinds == kind)
        for row in halves:
            # An odd one goes to either half.
            size = (len(own) + int(generator.integers(2))) // 2
            row[generator.permutation(own)[:size]] = True
    return halves
