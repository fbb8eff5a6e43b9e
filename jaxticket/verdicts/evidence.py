"""The evidence for a verdict: a ticket minus its dense network and minus its controls."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from jaxticket.statistics import Estimate, mean_interval, paired_interval, seed_values

LOWER_IS_BETTER = ("eer",)

KNOWS_CHANCE = {"accuracy": "balanced_accuracy", "balanced_accuracy": "balanced_accuracy"}
"""By which metric a network is above chance however uneven the classes; of all others, by AUC."""


@dataclass(frozen=True)
class Evidence:
    """One level: the ticket beside the dense network and its controls, on one test set.

    Attributes:
        metric: a name in `METRICS`.
        dense: of each seed.
        ticket: of each seed.
        over_dense: what the ticket is better by than dense, paired; a gain is above 0 also where
            lower is better.
        over_controls: the same over each control, by its name.
        learnt: of dense, a metric that is `chance` for any constant answer (`KNOWS_CHANCE`); None
            where nobody looked, and then no rule asks.
        chance: 1/2, or 1/C with C classes.
        seeds_of: `dense` or the control's name -> the seeds that it was compared with the ticket
            by; empty where all are of the same.
    """

    metric: str
    dense: tuple[float, ...]
    ticket: tuple[float, ...]
    over_dense: Estimate
    over_controls: Mapping[str, Estimate] = field(default_factory=dict)
    learnt: Estimate | None = None
    chance: float = 0.5
    seeds_of: Mapping[str, Sequence[int]] = field(default_factory=dict)


def gather(
    metric: str,
    labels: np.ndarray,
    groups: np.ndarray,
    dense: np.ndarray,
    ticket: np.ndarray,
    controls: Mapping[str, np.ndarray] | None = None,
) -> Evidence:
    """Return the evidence of a level from the scores on the test set.

    Args:
        metric: a name in `METRICS`.
        labels: int [N].
        groups: [N], what hangs together.
        dense: float [S, N]; row s of all has the same seed.
        ticket: float [S, N].
        controls: name -> float [S, N]: random masks, new initial weights.

    Raises:
        ValueError: shapes do not fit.
    """
    return Evidence(
        metric=metric,
        dense=tuple(seed_values(metric, labels, dense).tolist()),
        ticket=tuple(seed_values(metric, labels, ticket).tolist()),
        over_dense=gain(metric, labels, groups, ticket, dense),
        over_controls={
            name: gain(metric, labels, groups, ticket, scores)
            for name, scores in (controls or {}).items()
        },
        learnt=mean_interval(KNOWS_CHANCE.get(metric, "auc"), labels, dense, groups),
        chance=1 / max(len(np.unique(labels)), 2),
    )


def gain(
    metric: str, labels: np.ndarray, groups: np.ndarray, ticket: np.ndarray, other: np.ndarray
) -> Estimate:
    """Return what the ticket is better by than the other network, paired: above 0, a gain.

    Args:
        metric: a name in `METRICS`, also one of which lower is better.
        labels: int [N].
        groups: [N].
        ticket: float [S, N]; row s of both has the same seed.
        other: float [S, N].

    Raises:
        ValueError: shapes do not fit.
    """
    pair = (other, ticket) if metric in LOWER_IS_BETTER else (ticket, other)
    return paired_interval(metric, labels, *pair, groups)
