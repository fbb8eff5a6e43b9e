"""The second table of a study: by how much each network differs from those beside it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from experiments.options.study import ZERO_SHOT, Study
from experiments.study.networks import NetworkKey, dense_of, ticket_beside
from experiments.study.predictions import Scores, shared_seeds
from jaxticket.statistics import Estimate, paired_interval, retention_interval

JUDGED = ("auc", "accuracy")
"""The metrics that are compared and judged."""


@dataclass(frozen=True)
class Differences:
    """Differences of one network, paired by seed and picture over the seeds that both have.

    Attributes:
        over_dense: metric -> (this - dense network of the target).
        by_video_over_dense: the same, of the means of each video's frames.
        retention: of balanced accuracy above chance, by tickets; None where the dense network is
            not above chance.
        over_moved_dense: of a ticket moved by `zero_shot`, the AUC of (ticket - its dense network
            moved likewise).
        ticket_over: of controls, and of other methods than the first: metric -> (the first
            method's ticket - this), of that level, trained on the same data.
    """

    over_dense: Mapping[str, Estimate] = field(default_factory=dict)
    by_video_over_dense: Mapping[str, Estimate] = field(default_factory=dict)
    retention: Estimate | None = None
    over_moved_dense: Estimate | None = None
    ticket_over: Mapping[str, Estimate] = field(default_factory=dict)


def differences(study: Study, scores: Mapping[NetworkKey, Scores]) -> dict[NetworkKey, Differences]:
    """Return the differences of every network of the table.

    Raises:
        ValueError: networks that are compared were tested on other examples.
    """
    return {key: _differences(study, key, scores) for key in scores}


def _differences(study: Study, key: NetworkKey, scores: Mapping[NetworkKey, Scores]) -> Differences:
    network = scores[key]
    dense = scores.get(dense_of(key)) if key != dense_of(key) else None
    beside = ticket_beside(study, key)
    ticket = scores.get(beside) if beside else None
    moved = key.kind == ZERO_SHOT and key.method != "dense"
    moved_dense = scores.get(replace(key, method="dense", sparsity=0.0)) if moved else None
    seeds = shared_seeds(str(key), network, dense) if dense else []
    return Differences(
        over_dense=_minus(key, network, dense),
        by_video_over_dense=_minus(key, network.by_video(), dense and dense.by_video()),
        retention=retention_interval(
            "balanced_accuracy", network.labels, network.rows(seeds), dense.rows(seeds),
            network.groups,
        ) if dense and seeds and key.is_home_ticket else None,
        over_moved_dense=_minus(key, network, moved_dense).get("auc"),
        ticket_over=_minus(key, ticket, network),
    )  # fmt: skip


def _minus(key: NetworkKey, a: Scores | None, b: Scores | None) -> dict[str, Estimate]:
    """Return the paired differences a - b of every judged metric; none without a shared seed."""
    seeds = shared_seeds(str(key), a, b) if a and b else []
    if not a or not b or not seeds:
        return {}
    pair = a.rows(seeds), b.rows(seeds), a.groups
    return {metric: paired_interval(metric, a.labels, *pair) for metric in JUDGED}
