"""Whether probabilities come true."""

import numpy as np
import pytest

from jaxticket.statistics import (
    brier_score,
    calibration_error,
    chance_error,
    reliability,
)
from jaxticket.statistics.estimate import OF_A_SHARE, widened

LABELS = np.array([0, 1, 0, 1, 1, 1])
SAID = np.array([[0.05, 0.05, 0.45, 0.95, 0.95, 1.0]])
GROUPS = np.arange(6)


def test_the_error_is_that_of_the_bins():
    # Bins: two at 0.05 of which half is fake, one real at 0.45, three fakes at 0.9667.
    want = (2 * 0.45 + 0.45 + (0.05 + 0.05 + 0.0)) / 6
    found = calibration_error(LABELS, SAID, GROUPS)
    assert found.value == pytest.approx(want)
    assert found.low < want < found.high
    assert brier_score(LABELS, SAID, GROUPS).value == pytest.approx(
        np.mean((SAID[0] - LABELS) ** 2)
    )


def test_leaving_a_group_out_is_exact():
    generator = np.random.default_rng(0)
    groups = np.arange(300) // 10
    said = generator.random((1, 300))
    labels = (generator.random(300) < said[0] ** 2).astype(int)
    found = calibration_error(labels, said, groups)
    rest = [
        calibration_error(labels[groups != g], said[:, groups != g], groups[groups != g]).value
        for g in range(30)
    ]
    jackknife = 29 / 30 * np.sum((rest - np.mean(rest)) ** 2)
    assert found.group_variance == pytest.approx(
        jackknife * widened(found.value, found.scarce) ** OF_A_SHARE
    )


def test_true_probabilities_have_the_error_of_chance_and_false_ones_more():
    generator = np.random.default_rng(0)
    said, groups = generator.random(400), np.arange(400)
    labels = (generator.random(400) < said).astype(int)
    by_chance = chance_error(said, groups)
    assert 0.02 < by_chance < 0.06
    assert calibration_error(labels, said[None], groups).value == pytest.approx(by_chance, abs=0.02)
    assert calibration_error(labels, said[None] ** 3, groups).low > 2 * by_chance
    # Frames of 40 videos: whole videos are fake, so chance does more.
    assert chance_error(np.repeat(said[:40], 10), groups // 10) > 2 * by_chance


def test_bins_hold_all_and_their_share_of_fakes():
    bins = reliability(LABELS, np.repeat(SAID, 2, axis=0), GROUPS)
    assert [(b.low, b.count, b.fakes.value) for b in bins] == [
        (0.0, 4, 0.5), (0.4, 2, 0.0), (0.9, 6, 1.0)
    ]  # fmt: skip


def test_what_is_no_probability_is_refused():
    with pytest.raises(ValueError, match=r"lie in \[0, 1\]"):
        calibration_error(LABELS, SAID + 1, GROUPS)
    with pytest.raises(ValueError, match="beside a label and a group"):
        reliability(LABELS, SAID[0], GROUPS)
