from dataclasses import replace

import pytest

from jaxticket.verdicts.convergence import Convergence
from jaxticket.verdicts.evidence import Evidence
from jaxticket.verdicts.headline import headline, with_commands
from jaxticket.verdicts.judged_levels import Level, levels_to_judge
from jaxticket.verdicts.wording import (
    INCONCLUSIVE,
    NO_DIFFERENCE,
    UNJUDGED,
    WINNING,
    WORSE,
)
from tests.lottery.constructed import gain

FINE = Convergence("converged", "flat")
RISING = Convergence("not converged", "still rising")
ALL = ("random_global", "random_layers", "reinit", "one_shot")


def at(part, value):
    return replace(part, value=value)


def level(over_dense, number=7, sparsity=0.79, kinds=ALL, seeds=3, **controls):
    """A level whose ticket stands at 0.735 and dense at 0.699; controls: words -> (value, gain)."""
    gains = {name.replace("_", " "): replace(part, seeds=seeds)
             for name, (_, part) in controls.items()}  # fmt: skip
    evidence = Evidence(
        "auc", (0.699,) * seeds, (0.735,) * seeds, replace(over_dense, seeds=seeds), gains,
        learnt=gain(0.699),
    )  # fmt: skip
    return Level(
        number, sparsity, evidence, dense=at(gain(0.699), 0.699),
        ticket=replace(gain(0.735), low=0.69, high=0.78),
        controls={name.replace("_", " "): value for name, (value, _) in controls.items()},
        kinds=kinds if controls else (),
    )  # fmt: skip


def clear(**more):
    """A level that wins, but for what is given."""
    return level(gain(0.036), random_mask=(0.65, gain(0.085)), shot=(0.64, gain(0.095)), **more)


def test_the_real_run_after_which_the_page_did_not_answer():
    # The ticket (.735) beat no control, and dense (.699) had not converged; one seed.
    controls: dict = {
        "random_mask": (0.719, gain(0.016)), "random_mask_in_layers": (0.727, gain(0.008)),
        "re-initialised": (0.719, gain(0.016)), "one-shot": (0.741, gain(-0.006)),
    }  # fmt: skip
    found = headline([level(gain(0.036), seeds=1, **controls)], RISING, [0])
    assert found.sentence == (
        "No winning ticket shown: dense .699 (not converged), ticket (79%) .735 [.690, .780], best "
        "control .741 (one-shot); one seed."
    )
    assert found.verdict == NO_DIFFERENCE
    assert [one.what for one in found.missing] == ["training", "seeds"]
    assert found.missing[1].names == ("0", "1", "2")
    assert (found.level, found.sparsity, found.metric, found.seeds) == (7, 0.79, "auc", 1)
    assert "Dense: not converged: still rising." in found.reasons
    assert "Ticket minus one-shot -0.006 [-0.034, +0.022]: no significant difference." in (
        found.reasons
    )


def test_a_winning_ticket_needs_all_of_it():
    found = headline([clear()], FINE, [0, 1, 2])
    assert (found.verdict, found.missing) == (WINNING, ())
    assert found.sentence == (
        "Winning ticket: dense .699 (converged), ticket (79%) .735 [.690, .780], best control .650 "
        "(random mask); 3 seeds."
    )
    for doubt in (RISING, Convergence("unknown", "no log")):
        found = headline([clear()], doubt, [0, 1, 2])
        assert found.verdict == INCONCLUSIVE
        assert found.sentence.startswith("No winning ticket shown: dense .699 (")
    found = headline([clear(seeds=1)], FINE, [0])
    assert (found.verdict, found.sentence[:24]) == (INCONCLUSIVE, "No winning ticket shown:")
    assert headline([clear(seeds=2)], FINE, [0, 1]).verdict == WINNING


def test_a_control_of_one_seed_is_none_over_seeds():
    one = clear()
    gains = dict(one.evidence.over_controls)
    gains["shot"] = replace(gains["shot"], seeds=1)
    one = replace(one, evidence=replace(one.evidence, over_controls=gains))
    found = headline([one], FINE, [0, 1, 2])
    assert found.verdict == INCONCLUSIVE
    assert [(m.what, m.names) for m in found.missing] == [("seeds", ("0", "1", "2"))]


@pytest.mark.parametrize("lacking", ALL)
def test_nothing_wins_while_a_control_that_is_asked_for_is_missing(lacking):
    kinds = tuple(kind for kind in ALL if kind != lacking)
    found = headline([clear(kinds=kinds)], FINE, [0, 1, 2])
    assert (found.verdict, found.sentence[:24]) == (INCONCLUSIVE, "No winning ticket shown:")
    assert [(m.what, m.names) for m in found.missing if m.what == "controls"] == [
        ("controls", (lacking,))
    ]
    assert headline([clear(kinds=kinds)], FINE, [0, 1, 2], kinds).verdict == WINNING


def test_nothing_wins_that_is_worse_than_dense_trained_longer():
    beside = replace(clear(), longer=0.76, over_longer=gain(-0.02))  # the interval holds 0
    assert headline([beside], FINE, [0, 1, 2]).verdict == WINNING
    behind = replace(beside, over_longer=gain(-0.03))
    found = headline([behind], FINE, [0, 1, 2])
    assert (found.verdict, found.sentence[:24]) == (INCONCLUSIVE, "No winning ticket shown:")
    assert any("as long as the search -0.030" in line for line in found.reasons)


def test_beaten_by_a_control_or_by_dense_is_worse_than_these():
    by_shot = level(gain(0.036), random_mask=(0.7, gain(0.03)), shot=(0.8, gain(-0.065)))
    found = headline([by_shot], FINE, [0, 1, 2])
    assert (found.verdict, found.sentence.split(":")[0]) == (WORSE, "Worse than shot")
    by_both = level(gain(-0.1), random_mask=(0.7, gain(0.03)), shot=(0.8, gain(-0.065)))
    assert headline([by_both], FINE).sentence.startswith("Worse than dense and shot: ")
    alone = headline([level(gain(-0.1))], FINE)
    assert (alone.verdict, alone.sentence.split(":")[0]) == (WORSE, "Worse than dense")


def test_what_cannot_be_judged():
    dense = replace(gain(0.699), low=0.65, high=0.742, seeds=2)
    none = headline([], RISING, [0, 1], dense=dense)
    assert (none.verdict, none.level, none.seeds) == (UNJUDGED, None, 2)
    assert none.sentence == (
        "Cannot be judged (no sparse level is done): dense .699 [.650, .742] (not converged); "
        "2 seeds."
    )
    assert [one.what for one in none.missing] == ["training"]
    alone = headline([level(gain(0.036))], FINE, [0, 1, 2])
    assert alone.verdict == UNJUDGED
    assert alone.sentence == (
        "Cannot be judged (no control was trained): dense .699 (converged), ticket (79%) .735 "
        "[.690, .780], no control; 3 seeds."
    )
    assert alone.missing[0].names == ALL
    nan = float("nan")
    small = clear()
    small = replace(
        small, evidence=replace(small.evidence, over_dense=replace(gain(0.1), low=nan, high=nan))
    )
    found = headline([small], FINE, [0, 1, 2])
    assert found.sentence.startswith("Cannot be judged (a class has one test group only): ")
    assert [one.what for one in found.missing] == ["groups"]
    blind = clear()
    blind = replace(blind, kinds=(), evidence=replace(blind.evidence, learnt=gain(0.51)))
    found = headline([blind], RISING, [0])
    assert [one.what for one in found.missing] == ["learning"]
    assert found.sentence.startswith("Cannot be judged (dense is not significantly above chance): ")
    assert found.reasons[0].startswith("The dense network is not significantly above chance, 0.5")


def test_one_control_is_no_best_one_and_a_longer_dense_is_said_beside_it():
    one = level(gain(0.036), kinds=("reinit",), new_weights=(0.7, gain(0.035)))
    one = replace(one, longer=0.76, over_longer=gain(-0.025))
    found = headline([one], RISING, [0, 1, 2])
    assert ", control .700 (new weights), dense trained as long as the search .760; 3 seeds." in (
        found.sentence
    )
    assert any("as long as the search -0.025" in line for line in found.reasons)
    assert found.missing[1].names == ("random_global", "random_layers", "one_shot")


def test_the_deepest_level_that_wins_after_correction_is_spoken_of():
    strong = clear(number=2, sparsity=0.5)
    weak = level(gain(0.036), random_mask=(0.73, gain(0.005)), shot=(0.64, gain(0.095)))
    found = headline([strong, weak], FINE, [0, 1, 2])
    assert (found.verdict, found.level) == (WINNING, 2)
    assert "Corrected by Holm's method over 2 levels: winning." in found.reasons
    found = headline([replace(weak, level=1), weak], FINE, [0, 1, 2])
    assert (found.verdict, found.level) == (NO_DIFFERENCE, 7)


def test_which_levels_are_judged_is_decided_without_the_test_split():
    losses = {1: 0.0, 2: 0.005, 3: 0.03}
    assert levels_to_judge({1: ["a"], 2: ["a", "b"], 3: ["a", "b"]}, losses, 0.01) == [2, 3]
    assert levels_to_judge({1: ["a"], 2: [], 3: []}, losses, 0.01) == [1]
    none = {1: [], 2: [], 3: []}
    assert levels_to_judge(none, losses, 0.01) == [2]
    assert levels_to_judge(none, {1: 0.05, 2: 0.02, 3: 0.03}, 0.01) == [2]
    assert levels_to_judge({}, {}, 0.01) == []


def test_what_limits_the_interval_is_named():
    wide = replace(gain(0.0), seed_variance=0.0, group_variance=4e-4)
    found = headline([level(gain(0.036), random_mask=(0.73, wide))], FINE, [0, 1, 2])
    assert found.missing[-1].what == "groups"
    assert "as wide as 40 of them" in found.missing[-1].why
    seeds = replace(wide, seed_variance=4e-4, group_variance=0.0)
    found = headline([level(gain(0.036), random_mask=(0.73, seeds))], FINE, [0, 1, 2])
    assert all(one.what != "groups" for one in found.missing)


def test_commands_go_to_what_they_add_and_each_is_given_once():
    found = headline([level(gain(0.036), seeds=1)], Convergence("unknown", ""), [4])
    assert [one.what for one in found.missing] == ["controls", "controls", "seeds"]
    assert found.missing[0].names == ("long_dense",)
    assert found.missing[2].names == ("0", "1", "4")
    found = with_commands(found, {"controls": "one", "seeds": "one", "training": "other"})
    assert found.by_command == {"one": list(found.missing)}
    assert found.missing[2].text == "seeds (0, 1, 4): one seed says nothing of others"


@pytest.mark.parametrize(("share", "text"), [(0.672, "67.2%"), (0.5, "50%"), (0.8926, "89.3%")])
def test_sparsity_is_said_short(share, text):
    assert f"ticket ({text}) " in headline([clear(sparsity=share)], FINE).sentence
