"""Verdicts: is it a winning ticket? Named rules, each answered in words and with its numbers.

Rules on means say what happened in these trainings. Rules on intervals say what is shown: an
interval that merely contains the threshold shows nothing, neither a win nor a loss.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from jaxticket.statistics import Estimate, holm, paired_interval, seed_values

MARGINS = {"auc": 0.01, "accuracy": 0.02, "balanced_accuracy": 0.02}
"""How much of a metric may be lost before a ticket counts as inferior, where none is stated."""

LOWER_IS_BETTER = ("eer",)

MET, NOT_MET = "met by the means", "not met by the means"
SHOWN, NOT_SHOWN, SHOWN_NOT_TO = "shown", "not shown", "shown not to"
UNDEFINED = "cannot be said"


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
    """

    metric: str
    dense: tuple[float, ...]
    ticket: tuple[float, ...]
    over_dense: Estimate
    over_controls: Mapping[str, Estimate] = field(default_factory=dict)


@dataclass(frozen=True)
class Verdict:
    """The answer of one rule.

    Attributes:
        rule: its name.
        metric: what it was applied to.
        holds: True or False; None where it is not shown or cannot be said.
        words: `met by the means`, `not met by the means`, `shown`, `not shown`, `shown not to`
            or `cannot be said`.
        reason: a sentence with the numbers.
        seeds: trainings.
        groups: resampled groups.
    """

    rule: str
    metric: str
    holds: bool | None
    words: str
    reason: str
    seeds: int
    groups: int


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
        ValueError: shapes do not fit, or there is one group only.
    """

    def gain(other: np.ndarray) -> Estimate:
        pair = (other, ticket) if metric in LOWER_IS_BETTER else (ticket, other)
        return paired_interval(metric, labels, *pair, groups)

    return Evidence(
        metric=metric,
        dense=tuple(seed_values(metric, labels, dense).tolist()),
        ticket=tuple(seed_values(metric, labels, ticket).tolist()),
        over_dense=gain(dense),
        over_controls={name: gain(scores) for name, scores in (controls or {}).items()},
    )


def paper(evidence: Evidence) -> Verdict:
    """The rule of Frankle and Carbin (2019): a' >= a, the ticket's mean at least dense's."""
    return _by_means("paper", evidence, 0.0)


def within_fifth_of_a_point(evidence: Evidence) -> Verdict:
    """The ticket's mean lies at most 0.2 points (0.002) below dense's."""
    return _by_means("within_0.2", evidence, 0.002)


def within_one_deviation(evidence: Evidence) -> Verdict:
    """The ticket's mean lies at most one standard deviation of dense over seeds below dense's."""
    if len(evidence.dense) < 2:
        return _verdict(
            "one_sd", evidence, None, UNDEFINED, "one seed has no standard deviation: train two "
            "seeds or more"
        )  # fmt: skip
    return _by_means("one_sd", evidence, float(np.std(evidence.dense, ddof=1)))


def non_inferior(evidence: Evidence, margin: float | None = None) -> Verdict:
    """The lower end of the paired interval of (ticket - dense) lies above minus the margin.

    Args:
        evidence: of one level; the answer is for that level alone, uncorrected.
        margin: above 0, in units of the metric; None: the one of `MARGINS`.

    Raises:
        ValueError: no margin is stated for a metric without one, or it is not above 0.
    """
    margin = stated_margin(evidence.metric, margin)
    gain = evidence.over_dense
    tail = (1 - gain.confidence) / 2
    holds = _answer(gain.p_above(-margin), gain.p_below(-margin), tail)
    reason = f"ticket - dense is {_ends(gain)}, the margin is -{margin:g} ({gain.resampled})"
    return _verdict("non_inferior", evidence, holds, _shown(holds, [gain]), reason)


def winning(levels: Mapping[str, Evidence], margin: float | None = None) -> dict[str, Verdict]:
    """Answer the full claim for every level: not inferior to dense, and better than each control.

    A level's claim needs all of its parts, so its p value is their largest (intersection-union,
    Berger 1982); over the levels the p values are corrected by Holm's method.

    Args:
        levels: name -> evidence, all levels that are looked at.
        margin: as in `non_inferior`.

    Raises:
        ValueError: a margin is wrong, or the intervals have several confidences.
    """
    tail = _tail([part for level in levels.values() for part in _parts(level)])
    claims = [_claims(level, stated_margin(level.metric, margin)) for level in levels.values()]
    for_it = holm([max(gain.p_above(at) for gain, at in parts) for parts in claims])
    # That one part is wrong is enough against it: the smallest p, times the parts looked at.
    against = holm(
        [min(1.0, len(parts) * min(g.p_below(at) for g, at in parts)) for parts in claims]
    )
    verdicts = {}
    family = f"Holm over a family of {_many(len(levels), 'level')}"
    for (name, level), p, p_not in zip(levels.items(), for_it, against, strict=True):
        if not level.over_controls:
            verdicts[name] = _verdict(
                "winning", level, None, UNDEFINED, "no control was trained: add random masks or "
                "new initial weights"
            )  # fmt: skip
            continue
        holds = _answer(p, p_not, tail)
        against_dense = stated_margin(level.metric, margin)
        parts = "; ".join(
            [f"ticket - dense is {_ends(level.over_dense)}, the margin is -{against_dense:g}"]
            + [f"ticket - {k} is {_ends(gain)}" for k, gain in level.over_controls.items()]
        )
        reason = (
            f"{parts} ({level.over_dense.resampled}); {family}: p = {p:.2g}, claimed at {tail:g} "
            "or less"
        )
        verdicts[name] = _verdict("winning", level, holds, _shown(holds, _parts(level)), reason)
    return verdicts


def superior(
    metric: str, gains: Mapping[str, Estimate], confidence_over_all: float = 0.95
) -> dict[str, Verdict]:
    """Answer for every comparison whether it lies above 0, corrected over all of them by Holm.

    Args:
        metric: what was compared.
        gains: name -> estimate, for instance of ticket - control at every level and control: all
            that is looked at.
        confidence_over_all: one-sided claims hold together at (1 - this) / 2.
    """
    tail = (1 - confidence_over_all) / 2
    for_it = holm([gain.p_above(0) for gain in gains.values()])
    against = holm([gain.p_below(0) for gain in gains.values()])
    family = f"Holm over a family of {_many(len(gains), 'comparison')}"
    verdicts = {}
    for (name, gain), p, p_not in zip(gains.items(), for_it, against, strict=True):
        holds = _answer(p, p_not, tail)
        reason = (
            f"{name}: {_ends(gain)} ({gain.resampled}; the interval alone, uncorrected); "
            f"{family}: p = {p:.2g} for above 0, {p_not:.2g} for below, claimed at {tail:g} or less"
        )
        verdicts[name] = Verdict(
            "superior", metric, holds, _shown(holds, [gain]), reason, gain.seeds, gain.groups
        )
    return verdicts


def parting(verdicts: Mapping[str, Verdict], order: Sequence[str]) -> str | None:
    """Return the first name in `order` from which on every claim is shown; None without one.

    Given `superior` over levels of rising sparsity, the level at which the ticket and its control
    part for good.
    """
    first = None
    for name in order:
        if verdicts[name].holds is not True:
            first = None
        elif first is None:
            first = name
    return first


def reaches(name: str, recall: Estimate, threshold: float) -> Verdict:
    """P(correct | feature) >= tau: the lower end of the recall's interval lies at tau or above.

    Args:
        name: of the feature: a forgery method, a group.
        recall: one of `recall_by`.
        threshold: tau, in [0, 1].

    Raises:
        ValueError: tau is not in [0, 1].
    """
    if not 0 <= threshold <= 1:
        raise ValueError(f"tau must lie in [0, 1], got {threshold}")
    holds = True if recall.low >= threshold else False if recall.high < threshold else None
    reason = f"P(correct | {name}) is {_ends(recall)}, tau is {threshold:g} ({recall.resampled})"
    words = _shown(holds, [recall])
    return Verdict("reaches", "recall", holds, words, reason, recall.seeds, recall.groups)


RULES: dict[str, Callable[[Evidence], Verdict]] = {
    "paper": paper,
    "within_0.2": within_fifth_of_a_point,
    "one_sd": within_one_deviation,
    "non_inferior": non_inferior,
}
DEFAULT_RULE = "non_inferior"


def judge(evidence: Evidence, margin: float | None = None) -> dict[str, Verdict]:
    """Return every rule's verdict on a level, by the rule's name.

    Raises:
        ValueError: the margin is wrong, as in `non_inferior`.
    """
    verdicts = {name: rule(evidence) for name, rule in RULES.items() if name != DEFAULT_RULE}
    return {**verdicts, DEFAULT_RULE: non_inferior(evidence, margin)}


def stated_margin(metric: str, margin: float | None) -> float:
    """Return the margin to use.

    Raises:
        ValueError: none is stated for a metric without a default, or it is not above 0.
    """
    if margin is None and metric not in MARGINS:
        raise ValueError(
            f"{metric} has no default margin ({', '.join(MARGINS)} have one): state how much of "
            "it may be lost"
        )
    chosen = MARGINS[metric] if margin is None else margin
    if not chosen > 0:
        raise ValueError(f"the margin must be above 0, got {chosen}")
    return chosen


def _by_means(rule: str, evidence: Evidence, allowance: float) -> Verdict:
    dense, ticket = float(np.mean(evidence.dense)), float(np.mean(evidence.ticket))
    gain = dense - ticket if evidence.metric in LOWER_IS_BETTER else ticket - dense
    reason = (
        f"ticket {ticket:.4f}, dense {dense:.4f} (means of {_many(len(evidence.dense), 'seed')}): "
        f"a gain of {gain:+.4f}, at least {0.0 - allowance:.4f} wanted"
    )
    if np.isnan(gain):
        return _verdict(rule, evidence, None, UNDEFINED, f"{evidence.metric} is undefined here")
    # Means of equal values, added in another order, may differ in the last bit.
    holds = gain >= -allowance - 1e-12
    return _verdict(rule, evidence, holds, MET if holds else NOT_MET, reason)


def _verdict(rule: str, evidence: Evidence, holds: bool | None, words: str, reason: str) -> Verdict:
    over = evidence.over_dense
    return Verdict(rule, evidence.metric, holds, words, reason, over.seeds, over.groups)


def _parts(level: Evidence) -> list[Estimate]:
    return [level.over_dense, *level.over_controls.values()]


def _claims(level: Evidence, margin: float) -> list[tuple[Estimate, float]]:
    return [(level.over_dense, -margin), *((gain, 0.0) for gain in level.over_controls.values())]


def _tail(parts: Sequence[Estimate]) -> float:
    confidences = {part.confidence for part in parts}
    if len(confidences) > 1:
        raise ValueError(f"the intervals have several confidences, {sorted(confidences)}: take one")
    return (1 - confidences.pop()) / 2 if confidences else 0.025


def _answer(p_for: float, p_against: float, tail: float) -> bool | None:
    if p_for <= tail:
        return True
    return False if p_against <= tail else None


def _shown(holds: bool | None, parts: Sequence[Estimate]) -> str:
    if any(np.isnan(part.low) for part in parts):
        return UNDEFINED
    return {True: SHOWN, False: SHOWN_NOT_TO, None: NOT_SHOWN}[holds]


def _ends(part: Estimate) -> str:
    if np.isnan(part.low):
        return f"{part.value:.4f} without an interval"
    return f"{part.value:+.4f} [{part.low:+.4f}, {part.high:+.4f}]"


def _many(count: int, thing: str) -> str:
    return f"{count} {thing}" if count == 1 else f"{count} {thing}s"
