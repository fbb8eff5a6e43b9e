"""How much choosing the best checkpoint by the test set flatters it."""

import numpy as np
import pytest

from jaxticket.statistics import choose_on_test


def checkpoints(separations, groups, seed, noise=1.0):
    generator = np.random.default_rng(seed)
    labels = np.arange(groups) % 2
    scores = [s * labels + generator.normal(0, noise, (1, groups)) for s in separations]
    return labels, scores, np.arange(groups)


def test_of_equal_checkpoints_the_best_is_luck():
    """Over many test sets the best is too high by as much as is said on average."""
    truth = 0.7602499389065233  # of normals a mean of 1 apart: Phi(1 / sqrt 2)
    found = [
        choose_on_test("auc", *checkpoints([1.0] * 8, 60, seed), splits=40) for seed in range(40)
    ]
    too_high = np.mean([choice.value - truth for choice in found])
    said = np.mean([choice.flattery.value for choice in found])
    assert too_high > 0.05
    assert said == pytest.approx(too_high, abs=0.02)
    assert np.mean([choice.honest for choice in found]) == pytest.approx(truth, abs=0.02)


def test_where_one_is_far_better_nothing_is_luck():
    choice = choose_on_test("auc", *checkpoints([0.0, 4.0, 0.5], 200, 0), splits=40)
    assert choice.best == (1,)
    assert choice.chosen[1] == 1.0
    assert choice.flattery.value == pytest.approx(0.0, abs=1e-12)


def test_equal_scores_cannot_flatter_and_lower_may_be_better():
    labels, scores, groups = checkpoints([1.0], 40, 0)
    same = choose_on_test("accuracy", labels, scores * 3, groups)
    assert same.flattery.ends == pytest.approx((0.0, 0.0, 0.0), abs=1e-12)
    choice = choose_on_test("eer", *checkpoints([0.2, 2.0], 100, 1))
    assert choice.best == (1,)
    assert choice.honest >= choice.value


def test_what_cannot_be_chosen_among_is_refused():
    labels, scores, groups = checkpoints([1.0, 1.0], 20, 0)
    with pytest.raises(ValueError, match="two checkpoints or more"):
        choose_on_test("auc", labels, scores[:1], groups)
    with pytest.raises(ValueError, match="no choice by average_precision"):
        choose_on_test("average_precision", labels, scores, groups)
