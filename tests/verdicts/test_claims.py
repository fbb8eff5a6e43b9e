from dataclasses import replace

from jaxticket.verdicts.claims import superior, winning
from jaxticket.verdicts.wording import (
    BETTER,
    INCONCLUSIVE,
    LOSE_MORE,
    NO_DIFFERENCE,
    NOT_WINNING,
    UNJUDGED,
    WORSE,
)
from tests.lottery.constructed import gain, level


def test_the_full_claim_needs_every_part():
    verdicts = winning({"good": level(gain(0.03), gain(0.05), gain(0.04))})
    assert verdicts["good"].holds is True
    assert "5 seeds, 40 groups" in verdicts["good"].reason
    assert "family of 1 level" in verdicts["good"].reason
    assert winning({"no": level(gain(0.03), gain(0.05), gain(0.02))})["no"].words == INCONCLUSIVE
    assert winning({"no": level(gain(0.0), gain(0.05))})["no"].words == INCONCLUSIVE
    assert winning({"no": level(gain(0.03), gain(-0.09))})["no"].words == NOT_WINNING
    assert winning({"no": level(gain(-0.09), gain(0.09))})["no"].holds is False


def test_without_a_control_the_full_claim_cannot_be_judged():
    verdict = winning({"alone": level(gain(0.5))})["alone"]
    assert (verdict.holds, verdict.words) == (None, UNJUDGED)


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
    assert [v.words for v in verdicts.values()] == [NO_DIFFERENCE, NO_DIFFERENCE, WORSE]
    assert "Holm over a family of 3 comparisons" in verdicts["a"].reason
    assert superior("auc", {"a": gain(0.03)})["a"].words == BETTER
    assert superior("auc", {}) == {}


def test_harm_is_said_in_words_of_its_own():
    harm = superior("recall", {"80%": gain(0.5)}, rule="harm")["80%"]
    assert (harm.rule, harm.words) == ("harm", LOSE_MORE)


def test_the_full_claim_says_what_to_beware_of():
    blind = replace(level(gain(0.5), gain(0.5)), learnt=gain(0.51))
    verdict = winning({"a": blind})["a"]
    assert verdict.holds is True
    assert "Beware: the dense network is not significantly above chance, 0.5" in verdict.reason


def test_the_full_claim_names_the_seeds_where_they_differ():
    every = {"dense": (0, 1, 2), "control 0": (0, 1, 2)}
    claim = level(gain(0.5), gain(0.4))
    assert "(seeds" not in winning({"a": replace(claim, seeds_of=every)})["a"].reason
    fewer = winning({"a": replace(claim, seeds_of={**every, "control 0": (1,)})})["a"].reason
    assert "the margin is -0.01 (seeds 0, 1, 2)" in fewer
    assert "ticket - control 0 is +0.4000 [+0.3722, +0.4278] (seed 1)" in fewer
