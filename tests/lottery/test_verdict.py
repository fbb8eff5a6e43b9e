import numpy as np
import pytest
from scipy import stats

from jaxticket.lottery.verdict import (
    RULES,
    Evidence,
    gather,
    judge,
    non_inferior,
    parting,
    reaches,
    superior,
    winning,
)
from jaxticket.statistics import Estimate, paired_interval


def gain(value, error=0.01, freedom=4.0, confidence=0.95):
    half = stats.t.ppf((1 + confidence) / 2, freedom) * error
    return Estimate(
        value=value, low=value - half, high=value + half, seeds=5, groups=40, scarce=20,
        seed_variance=error**2, group_variance=0.0, freedom=freedom, confidence=confidence,
    )  # fmt: skip


def level(over_dense, *over_controls, metric="auc", dense=(0.9, 0.92), ticket=(0.9, 0.92)):
    controls = {f"control {at}": part for at, part in enumerate(over_controls)}
    return Evidence(metric, dense, ticket, over_dense, controls)


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
    assert verdicts["paper"].words == ("met by the means" if paper else "not met by the means")
    assert "0.9200" in verdicts["paper"].reason


def test_one_seed_has_no_deviation():
    verdict = judge(level(gain(0.0), dense=(0.9,), ticket=(0.8,)))["one_sd"]
    assert (verdict.holds, verdict.words) == (None, "cannot be said")
    assert "two seeds" in verdict.reason


@pytest.mark.parametrize(
    ("value", "holds", "words"),
    [
        (0.02, True, "shown"),  # low end -0.0078
        (0.0, None, "not shown"),  # contains zero and the margin: shows nothing
        (-0.01, None, "not shown"),
        (-0.04, False, "shown not to"),  # high end -0.0122
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


def test_without_an_interval_nothing_can_be_said():
    nan = float("nan")
    none = Estimate(0.5, nan, nan, 1, 1, 1, nan, nan, nan, 0.95)
    assert non_inferior(level(none)).words == "cannot be said"
    assert non_inferior(level(none)).holds is None


def test_the_full_claim_needs_every_part():
    verdicts = winning({"good": level(gain(0.03), gain(0.05), gain(0.04))})
    assert verdicts["good"].holds is True
    assert "5 seeds, 40 groups" in verdicts["good"].reason
    assert "family of 1 level" in verdicts["good"].reason
    assert winning({"no": level(gain(0.03), gain(0.05), gain(0.02))})["no"].words == "not shown"
    assert winning({"no": level(gain(0.0), gain(0.05))})["no"].words == "not shown"
    assert winning({"no": level(gain(0.03), gain(-0.09))})["no"].words == "shown not to"
    assert winning({"no": level(gain(-0.09), gain(0.09))})["no"].holds is False


def test_without_a_control_the_full_claim_cannot_be_said():
    verdict = winning({"alone": level(gain(0.5))})["alone"]
    assert (verdict.holds, verdict.words) == (None, "cannot be said")


def test_more_levels_ask_for_more():
    # One-sided p of 3 errors with 4 degrees: 0.01997; twice that is above 0.025.
    strong, weak = level(gain(0.5), gain(0.5)), level(gain(0.5), gain(0.03))
    assert winning({"a": weak})["a"].holds is True
    verdicts = winning({"a": weak, "b": weak})
    assert [v.holds for v in verdicts.values()] == [None, None]
    # Holm steps down: the strong one goes first, and leaves the weak one alone.
    verdicts = winning({"a": weak, "b": strong})
    assert [v.holds for v in verdicts.values()] == [True, True]
    assert "family of 2 levels" in verdicts["a"].reason


def test_superiority_is_corrected_over_all():
    verdicts = superior("auc", {"a": gain(0.03), "b": gain(0.03), "c": gain(-0.2)})
    assert [v.words for v in verdicts.values()] == ["not shown", "not shown", "shown not to"]
    assert "Holm over a family of 3 comparisons" in verdicts["a"].reason
    assert superior("auc", {"a": gain(0.03)})["a"].words == "shown"
    assert superior("auc", {}) == {}


def test_parting_is_for_good():
    verdicts = superior("auc", {"20": gain(0.5), "36": gain(0.0), "49": gain(0.5), "59": gain(0.6)})
    assert parting(verdicts, ["20", "36", "49", "59"]) == "49"
    assert parting(verdicts, ["20", "36"]) is None


def test_a_feature_reaches_tau_by_its_lower_end():
    recall = gain(0.9)  # 0.872 to 0.928
    assert reaches("swap", recall, 0.87).words == "shown"
    assert reaches("swap", recall, 0.9).words == "not shown"
    assert reaches("swap", recall, 0.93).words == "shown not to"
    assert "P(correct | swap)" in reaches("swap", recall, 0.9).reason
    with pytest.raises(ValueError, match="tau"):
        reaches("swap", recall, 90)


LABELS, GROUPS = np.arange(80) % 2, np.arange(80) // 4
DENSE = np.random.default_rng(0).normal(2.0 * LABELS - 1, 1, (3, 80))
RANDOM = np.random.default_rng(1).normal(0, 1, (3, 80))


def test_evidence_from_scores():
    found = gather("auc", LABELS, GROUPS, DENSE, DENSE, {"random": RANDOM})
    assert found.dense == found.ticket
    assert found.over_dense.value == 0
    assert found.over_controls["random"] == paired_interval("auc", LABELS, DENSE, RANDOM, GROUPS)
    assert all(verdict.holds is True for verdict in judge(found).values())


def test_a_lower_error_rate_is_a_gain():
    found = gather("eer", LABELS, GROUPS, RANDOM, DENSE)
    assert np.mean(found.ticket) < np.mean(found.dense)
    assert found.over_dense.low > 0
    assert judge(found, margin=0.02)["paper"].holds is True
    turned = gather("eer", LABELS, GROUPS, DENSE, RANDOM)
    assert judge(turned, margin=0.02)["paper"].holds is False
    assert judge(turned, margin=0.02)["non_inferior"].words == "shown not to"
