import math

import pytest
from msgspec.structs import replace

from jaxticket.lottery.signs import evenly, signs
from jaxticket.runs.levels import ByClass, ClassFigures
from tests.records import level_record

CHANCE = math.log(2)


def record(level=1, *, accuracy=0.9, auc=0.95, losses=(0.6, 0.4), dead=(), examples=1000):
    return level_record(
        level,
        weights_left=50 - level,
        dead_layers=list(dead),
        epoch_losses=list(losses),
        validation={"accuracy": accuracy, "auc": auc},
        validation_examples=examples,
    )


def test_a_level_that_goes_well_has_no_sign():
    assert signs(record(0), None, CHANCE) == []
    assert signs(record(1), record(0), CHANCE) == []
    assert signs(record(1, accuracy=0.99), record(0), CHANCE) == []


def test_a_fall_of_more_than_five_points_is_a_cliff():
    # 3 standard errors of a difference at 0.9 of 1000: 3 sqrt(2 * 0.09 / 1000) = 4.0 points.
    assert signs(record(accuracy=0.851), record(0), CHANCE) == []
    assert signs(record(accuracy=0.849), record(0), CHANCE) == [
        "level 1: cliff: validation accuracy fell from 0.900 to 0.849"
    ]
    assert signs(record(auc=0.80), record(0), CHANCE) == [
        "level 1: cliff: validation auc fell from 0.950 to 0.800"
    ]


def test_on_few_pictures_a_cliff_must_be_steeper():
    # 3 sqrt(2 * 0.09 / 100) = 12.7 points.
    before = record(0, examples=100)
    assert signs(record(accuracy=0.78, examples=100), before, CHANCE) == []
    assert len(signs(record(accuracy=0.77, examples=100), before, CHANCE)) == 1


def test_a_perfect_level_before_still_has_an_error():
    # 0.0001 in place of 0: 3 sqrt(2 * 0.0001 / 4) = 2.1 points, so that 5 points decide.
    before = record(0, accuracy=1.0, examples=4)
    assert signs(record(accuracy=0.96, examples=4), before, CHANCE) == []
    assert len(signs(record(accuracy=0.94, examples=4), before, CHANCE)) == 1


@pytest.mark.parametrize("last", [CHANCE, 0.8])
def test_a_loss_no_better_than_guessing_does_not_converge(last):
    assert signs(record(losses=(0.9, last)), None, CHANCE) == [
        f"level 1: training does not converge: its last epoch's loss {last:.3f} is no better than "
        "guessing (0.693)"
    ]


def test_guessing_is_by_the_frequency_of_the_classes():
    rare = -(0.1 * math.log(0.1) + 0.9 * math.log(0.9))  # 0.325
    assert len(signs(record(losses=(0.4, 0.33)), None, rare)) == 1
    assert signs(record(losses=(0.4, 0.32)), None, rare) == []


def test_a_loss_that_rises_by_more_than_a_quarter_does_not_converge():
    assert signs(record(losses=(0.6, 0.4, 0.5)), None, CHANCE) == []
    assert signs(record(losses=(0.6, 0.4, 0.51)), None, CHANCE) == [
        "level 1: training does not converge: its loss rose from 0.400 to 0.510"
    ]


def test_a_small_loss_may_waver():
    assert signs(record(losses=(0.6, 0.001, 0.05)), None, CHANCE) == []
    assert len(signs(record(losses=(0.6, 0.001, 0.08)), None, CHANCE)) == 1


def test_a_single_epoch_may_begin_above_guessing_but_not_far():
    assert signs(record(losses=(1.3,)), None, CHANCE) == []
    assert len(signs(record(losses=(1.4,)), None, CHANCE)) == 1


def test_every_dead_layer_is_named():
    assert signs(record(dead=("conv1/kernel", "fc1/kernel")), None, CHANCE) == [
        "level 1: layer conv1/kernel has no weight left",
        "level 1: layer fc1/kernel has no weight left",
    ]


def test_a_round_that_prunes_nothing_says_so():
    before = record(0)
    assert signs(replace(record(1), weights_left=before.weights_left), before, CHANCE) == [
        "level 1: nothing was pruned: 50 weights are left, as at level 0"
    ]


def test_all_signs_are_told_together():
    bad = record(2, accuracy=0.5, auc=0.5, losses=(0.7, 0.7), dead=("a",))
    assert len(signs(bad, record(1), CHANCE)) == 4


def by_class(balanced, *, rare, accuracy=0.9, level=1):
    confusion = [[1000, 0, 0], [0, 1000, 0], [0, 0, rare]]
    values = {"accuracy": accuracy, "balanced_accuracy": balanced}
    split = ClassFigures(
        examples=2000 + rare, groups=3, **values, intervals={}, recalls={}, recall_intervals={},
        confusion=confusion,
    )  # fmt: skip
    named = ByClass(
        classes=["real", "a", "b"], validation=split, test=split, test_videos=split
    )  # fmt: skip
    return replace(record(level), validation=values, by_class=named)


def test_of_several_classes_the_mean_of_the_recalls_may_fall_off_a_cliff():
    # As sure as 9 / (2 / 1000 + 1 / 1000) = 3000 examples: 5 points decide.
    before = by_class(0.9, rare=1000, level=0)
    assert signs(by_class(0.851, rare=1000), before, CHANCE) == []
    assert signs(by_class(0.849, rare=1000), before, CHANCE) == [
        "level 1: cliff: validation balanced_accuracy fell from 0.900 to 0.849"
    ]
    assert signs(by_class(0.9, rare=1000, accuracy=0.8), before, CHANCE) == [
        "level 1: cliff: validation accuracy fell from 0.900 to 0.800"
    ]


def test_a_rare_class_makes_the_cliff_of_the_mean_steeper():
    # As sure as 9 / (2 / 1000 + 1 / 4) = 35.7 examples: 3 sqrt(2 * 0.09 / 35.7) = 21.3 points.
    assert evenly([[900, 100, 0], [0, 1000, 0], [0, 4, 0]]) == 9 / 0.252
    before = by_class(0.9, rare=4, level=0)
    assert signs(by_class(0.69, rare=4), before, CHANCE) == []
    assert len(signs(by_class(0.68, rare=4), before, CHANCE)) == 1
