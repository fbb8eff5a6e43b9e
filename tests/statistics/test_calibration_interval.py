"""How sure a calibration error is."""

import numpy as np
import pytest
from scipy.special import expit

from jaxticket.statistics import calibration_error, calibration_interval


def test_of_one_bin_far_from_true_it_is_that_of_a_mean():
    # 400 say 0.95, and 240 of them are fake: 0.35 too high, with a standard error of 0.0245.
    labels, said = np.arange(400) % 5 < 3, np.full(400, 0.95)
    low, high = calibration_interval(labels.astype(int), said, np.arange(400))
    assert (low, high) == pytest.approx((0.35 - 1.96 * 0.0245, 0.35 + 1.96 * 0.0245), abs=3e-3)
    # Copies in the same groups are no news.
    twice = calibration_interval(np.repeat(labels, 2).astype(int), np.repeat(said, 2),
                                 np.repeat(np.arange(400), 2))  # fmt: skip
    assert twice == pytest.approx((low, high), abs=1e-9)


def test_without_a_mistake_a_bin_is_as_unsure_as_its_probabilities_claim():
    # All are right, 0.1 from it, where true probabilities would spread by 0.3 / sqrt(40).
    labels, said = np.arange(40) % 2, np.where(np.arange(40) % 2, 0.9, 0.1)
    low, high = calibration_interval(labels, said, np.arange(40))
    assert 0 <= low < 0.06 < 0.1 < 0.15 < high < 0.25


def test_a_class_of_one_group_tells_nothing():
    labels = np.array([0, 0, 1])
    assert np.isnan(calibration_interval(labels, labels / 2 + 0.2, np.arange(3))).all()


@pytest.mark.parametrize("power", [1, 3])
def test_it_holds_the_truth_as_often_as_it_says(power):
    generator = np.random.default_rng(0)
    held, too_high = [], []
    grid = (np.arange(100_000) + 0.5) / 100_000
    said = grid**power
    place = (said * 10).astype(int)
    true = np.abs(np.bincount(place, said - grid)).sum() / len(grid)
    for _ in range(120):
        chance = generator.random(150)
        labels = (generator.random(150) < chance).astype(int)
        low, high = calibration_interval(labels, chance**power, np.arange(150))
        held.append(low <= true <= high)
        too_high.append(calibration_error(labels, chance[None] ** power, np.arange(150)).low > true)
    assert np.mean(held) > 0.9
    if power == 1:
        assert np.mean(too_high) > 0.5  # what leaving groups out gives


def test_frames_of_a_video_are_no_more_than_it():
    generator = np.random.default_rng(1)
    chance, groups = np.repeat(expit(generator.normal(size=60)), 10), np.arange(600) // 10
    labels = (generator.random(60)[groups] < chance).astype(int)
    low, high = calibration_interval(labels, chance, groups)
    alone = calibration_interval(labels, chance, np.arange(600))
    assert low == 0
    assert high > alone[1]
