"""Verdicts on one level: is it a winning ticket? Named rules, answered in words and numbers.

Rules on means are about these trainings only. Rules on intervals are about other seeds and groups
too: where the interval contains the threshold they are inconclusive. No rule here says yes where
the dense network itself is not significantly above chance.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from jaxticket.statistics import Estimate
from jaxticket.text import count_text, metric_name
from jaxticket.verdicts.evidence import KNOWS_CHANCE, LOWER_IS_BETTER, Evidence
from jaxticket.verdicts.wording import (
    MET,
    NOT_MET,
    UNJUDGED,
    Verdict,
    decide,
    in_words,
    with_ends,
)

MARGINS = {"auc": 0.01, "accuracy": 0.02, "balanced_accuracy": 0.02}
"""How much of a metric may be lost before a ticket counts as inferior, where none is stated."""


def paper(evidence: Evidence) -> Verdict:
    """Judge by Frankle and Carbin (2019): a' >= a, the ticket's mean is at least dense's."""
    return _by_means("paper", evidence, 0.0)


def within_fifth_of_a_point(evidence: Evidence) -> Verdict:
    """Judge whether the ticket's mean lies at most 0.2 points (0.002) below dense's."""
    return _by_means("within_0.2", evidence, 0.002)


def within_one_deviation(evidence: Evidence) -> Verdict:
    """Judge whether the ticket's mean lies at most one standard deviation below dense's.

    The deviation is that of the dense network over seeds.
    """
    if len(evidence.dense) < 2:
        return _verdict(
            "one_sd", evidence, None, UNJUDGED, "one seed has no standard deviation: train two "
            "seeds or more"
        )  # fmt: skip
    return _by_means("one_sd", evidence, float(np.std(evidence.dense, ddof=1)))


def non_inferior(evidence: Evidence, margin: float | None = None) -> Verdict:
    """Judge whether the interval of (ticket - dense), paired, lies above minus the margin.

    Args:
        evidence: of one level; the answer is for that level alone, uncorrected.
        margin: above 0, in units of the metric; None: the one of `MARGINS`.

    Raises:
        ValueError: no margin is stated for a metric without one, or it is not above 0.
    """
    margin = stated_margin(evidence.metric, margin)
    over = evidence.over_dense
    tail = (1 - over.confidence) / 2
    holds = decide(over.p_above(-margin), over.p_below(-margin), tail)
    reason = f"ticket - dense is {with_ends(over)}, the margin is -{margin:g} ({over.resampled})"
    words = in_words("non_inferior", holds, [over])
    verdict = _verdict("non_inferior", evidence, holds, words, reason)
    return _unless_dense_is_chance(evidence, verdict)


def reaches(name: str, recall: Estimate, threshold: float) -> Verdict:
    """Judge P(correct | feature) >= tau: whether the recall's whole interval lies at tau or above.

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
    reason = (
        f"P(correct | {name}) is {with_ends(recall)}, tau is {threshold:g} ({recall.resampled})"
    )
    words = in_words("reaches", holds, [recall])
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
    seeds = count_text(len(evidence.dense), "seed")
    reason = (
        f"ticket {ticket:.4f}, dense {dense:.4f} (means of {seeds}): "
        f"a gain of {gain:+.4f}, at least {0.0 - allowance:.4f} wanted"
    )
    if np.isnan(gain):
        return _verdict(rule, evidence, None, UNJUDGED, f"{evidence.metric} is undefined here")
    # Means of equal values, added in another order, may differ in the last bit.
    holds = gain >= -allowance - 1e-12
    verdict = _verdict(rule, evidence, holds, MET if holds else NOT_MET, reason)
    return _unless_dense_is_chance(evidence, verdict)


def no_better_than_chance(evidence: Evidence) -> str:
    """Return a warning where the dense network is not significantly above chance; else nothing.

    A network that answers the same to everything is easily equalled.
    """
    dense = evidence.learnt
    if dense is None or dense.low > evidence.chance:
        return ""
    name = metric_name(KNOWS_CHANCE.get(evidence.metric, "auc"))
    return (
        f"the dense network is not significantly above chance, {evidence.chance:g}: its {name} is "
        f"{with_ends(dense, sign=False)}"
    )


def _unless_dense_is_chance(evidence: Evidence, verdict: Verdict) -> Verdict:
    """Take a yes back where the dense network is no better than chance."""
    untrained = no_better_than_chance(evidence)
    if not verdict.holds or not untrained:
        return verdict
    return replace(
        verdict,
        holds=None,
        words=UNJUDGED,
        reason=f"{untrained}, so being as good means nothing; {verdict.reason}",
    )


def _verdict(rule: str, evidence: Evidence, holds: bool | None, words: str, reason: str) -> Verdict:
    over = evidence.over_dense
    return Verdict(rule, evidence.metric, holds, words, reason, over.seeds, over.groups)
