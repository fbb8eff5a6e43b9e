import numpy as np
import pytest

from jaxticket.statistics import Estimate
from jaxticket.verdicts.evidence import gather
from jaxticket.verdicts.rules import RULES, judge, non_inferior, reaches
from jaxticket.verdicts.wording import (
    AS_GOOD,
    INCONCLUSIVE,
    MET,
    NOT_MET,
    NOT_REACHED,
    REACHED,
    UNJUDGED,
    WORSE,
)
from tests.lottery.constructed import gain, level


@pytest.mark.parametrize(
    ("ticket", "paper", "within", "deviation"),
    [
        ((0.90, 0.92, 0.94), True, True, True),  # equal means
        ((0.93, 0.93, 0.91), True, True, True),
        ((0.918, 0.918, 0.918), False, True, True),  # exactly 0.2 points below
        ((0.917, 0.918, 0.918), False, False, True),
        ((0.90, 0.90, 0.90), False, False, True),  # exactly one deviation, 0.02, below
        ((0.899, 0.90, 0.90), False, False, False),
    ],
)
def test_rules_on_means(ticket, paper, within, deviation):
    evidence = level(gain(0.0), dense=(0.90, 0.92, 0.94), ticket=ticket)
    verdicts = judge(evidence)
    assert list(verdicts) == list(RULES)
    assert [verdicts[name].holds for name in ("paper", "within_0.2", "one_sd")] == [
        paper, within, deviation
    ]  # fmt: skip
    assert verdicts["paper"].words == (MET if paper else NOT_MET)
    assert "0.9200" in verdicts["paper"].reason


def test_one_seed_has_no_deviation():
    verdict = judge(level(gain(0.0), dense=(0.9,), ticket=(0.8,)))["one_sd"]
    assert (verdict.holds, verdict.words) == (None, UNJUDGED)
    assert "two seeds" in verdict.reason


@pytest.mark.parametrize(
    ("value", "holds", "words"),
    [
        (0.02, True, AS_GOOD),  # low end -0.0078
        (0.0, None, INCONCLUSIVE),  # contains zero and the margin
        (-0.01, None, INCONCLUSIVE),
        (-0.04, False, WORSE),  # high end -0.0122
    ],
)
def test_non_inferiority(value, holds, words):
    verdict = non_inferior(level(gain(value)))
    assert (verdict.rule, verdict.metric, verdict.holds, verdict.words) == (
        "non_inferior", "auc", holds, words
    )  # fmt: skip
    assert (verdict.seeds, verdict.groups) == (5, 40)
    assert "-0.01" in verdict.reason
    assert f"{value:+.4f}" in verdict.reason


def test_the_lower_end_decides():
    # Ends at value -+ 0.02776 with four degrees of freedom.
    assert non_inferior(level(gain(0.0178))).holds is True
    assert non_inferior(level(gain(0.0177))).holds is None
    assert non_inferior(level(gain(0.0)), margin=0.028).holds is True
    assert non_inferior(level(gain(0.0), metric="accuracy")).holds is None
    assert non_inferior(level(gain(0.01), metric="accuracy")).holds is True


def test_a_margin_is_stated_or_known():
    with pytest.raises(ValueError, match="average_precision has no default margin"):
        non_inferior(level(gain(0.0), metric="average_precision"))
    with pytest.raises(ValueError, match="above 0"):
        non_inferior(level(gain(0.0)), margin=0.0)


def test_without_an_interval_nothing_can_be_judged():
    nan = float("nan")
    none = Estimate(0.5, nan, nan, 1, 1, 1, nan, nan, nan, 0.95)
    assert non_inferior(level(none)).words == UNJUDGED
    assert non_inferior(level(none)).holds is None


def test_a_feature_reaches_tau_by_its_lower_end():
    recall = gain(0.9)  # 0.872 to 0.928
    assert reaches("swap", recall, 0.87).words == REACHED
    assert reaches("swap", recall, 0.9).words == INCONCLUSIVE
    assert reaches("swap", recall, 0.93).words == NOT_REACHED
    assert "P(correct | swap)" in reaches("swap", recall, 0.9).reason
    with pytest.raises(ValueError, match="tau"):
        reaches("swap", recall, 90)


LABELS, GROUPS = np.arange(80) % 2, np.arange(80) // 4
MOSTLY_FAKE = (np.arange(80) % 5 > 0).astype(int)
SAME = np.full((3, 80), 0.5)


@pytest.mark.parametrize(
    ("metric", "labels"), [("auc", LABELS), ("accuracy", LABELS), ("accuracy", MOSTLY_FAKE)]
)
def test_constant_networks_are_no_winning_tickets(metric, labels):
    # Always "fake": an accuracy of 0.8 where four in five are, and a difference of exactly 0.
    verdicts = judge(gather(metric, labels, GROUPS, SAME, SAME))
    assert {one.holds for one in verdicts.values()} == {None}
    assert {one.words for one in verdicts.values()} == {UNJUDGED}
    assert "not significantly above chance, 0.5" in verdicts["non_inferior"].reason
    assert "the margin is" in verdicts["non_inferior"].reason


def test_a_dense_network_by_luck_above_chance_is_none_to_equal():
    better = np.random.default_rng(0).normal(3.0 * LABELS, 1, (3, 80))
    noise = np.random.default_rng(4).normal(0, 1, (3, 80))
    found = gather("auc", LABELS, GROUPS, noise, better)
    assert found.learnt is not None
    assert found.learnt.low < 0.5 < found.learnt.value
    assert judge(found)["paper"].words == UNJUDGED
    # The other way about: what is not met is not met, however little dense has learnt.
    worse = gather("auc", LABELS, GROUPS, noise, -better)
    assert judge(worse)["paper"].words == NOT_MET
    assert judge(worse)["non_inferior"].words == WORSE
