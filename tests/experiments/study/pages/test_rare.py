from dataclasses import replace

import pytest

from experiments.study.pages.rare import write_rare
from tests.experiments.study.pages.test_by_method import by_place, study

__all__ = ["study"]


def test_recalls_with_taus_verdict(study):
    found = by_place(write_rare(replace(study, tau=0.5), {}))
    swap = found[0.5, "feature", "Swap", "value", "recall"]
    assert (swap.estimate.value, swap.verdict) == (1, "reached")
    # Half of them right: the interval holds tau.
    assert found[0.5, "feature", "Blend", "value", "recall"].verdict == "inconclusive"
    assert (0.5, "feature", "real", "value", "recall") not in found
    low = by_place(write_rare(replace(study, tau=0.05), {}))
    assert low[0.5, "feature", "Blend", "value", "recall"].verdict == "reached"
    high = by_place(write_rare(replace(study, tau=0.99), {}))
    assert high[0.5, "feature", "Blend", "value", "recall"].verdict == "not reached"


def test_every_test_group_is_judged(study):
    found = by_place(write_rare(study, {}))
    groups = {place[2]: one for place, one in found.items() if place[:2] == (0.5, "group")}
    assert len(groups) == 20
    # Group 0 holds pictures 0 (missed) and 1; every seed the same, so nothing varies.
    assert groups["0"].estimate.value == 0.5
    assert groups["1"].estimate.value == 1


def test_pruning_hurts_the_rare_more(study):
    facts = {"one": {"Swap": 100, "Blend": 7}}
    found = by_place(write_rare(study, facts))
    harm = found[0.5, "feature", "Blend", "harm", "recall"]
    assert harm.estimate.value == pytest.approx(0.3)  # Blend loses 3 of 10, Swap nothing
    assert harm.examples == 20
    text = (study.out / "rare.md").read_text()
    assert "Training pictures: 100 Swap, 7 Blend. Rare: Blend." in text
    assert f"| global | 50% | 3 | +0.300 [{harm.estimate.low:+.3f}," in text
    assert f"{harm.estimate.high:+.3f}] {harm.verdict} |" in text
    assert (harm.verdict == "rare lose more") == (harm.estimate.low > 0)


def test_where_all_have_as_many_none_is_rare(study):
    figures = write_rare(study, {"one": {"Swap": 100, "Blend": 100}})
    assert not [one for one in figures if one.measure == "harm"]
    assert "None is rare: all have as many." in (study.out / "rare.md").read_text()


def test_without_training_counts_nothing_is_called_rare(study):
    write_rare(study, {})
    text = (study.out / "rare.md").read_text()
    assert "what is rare is not known" in text
    assert "the rare lose more" not in text
