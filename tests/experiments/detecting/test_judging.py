"""How sure the mean over frames is, and what the number of frames means."""

import numpy as np
import pytest
from msgspec.structs import replace

from experiments.detecting.judging import interval_over_frames, remarks_on_length
from jaxticket.calibration import Range
from tests.calibration.scored import calibration, scores

UNIT = calibration(scores(np.arange(60.0), np.arange(60.0))).frames


def test_of_batches_that_differ_at_random_it_is_that_of_student():
    # Batches of two: means 0, 1, 0, 1, ... are each other's opposite, so all ten count.
    low, high = interval_over_frames(np.repeat(np.arange(10) % 2.0, 2))
    assert (low, high) == pytest.approx((0.5 - 2.262 / 6, 0.5 + 2.262 / 6), abs=1e-3)


def test_too_few_frames_and_frames_too_alike_have_none():
    assert interval_over_frames(np.arange(19.0)) == (None, None)
    assert interval_over_frames(np.arange(300.0)) == (None, None)
    assert interval_over_frames(np.full(20, 0.1)) == pytest.approx((0.1, 0.1))


@pytest.mark.parametrize("alike", [0.0, 0.9, 0.97])
def test_it_holds_the_mean_of_frames_that_are_alike(alike):
    generator = np.random.default_rng(0)
    held = []
    for _ in range(200):
        steps = generator.normal(size=300) * np.sqrt(1 - alike**2)
        frames, now = np.zeros(300), generator.normal()
        for at, step in enumerate(steps):
            frames[at] = now = alike * now + step
        low, high = interval_over_frames(frames)
        held.append(low is None or high is None or low <= 0 <= high)
    assert np.mean(held) > 0.9


def test_it_is_said_that_a_mean_is_of_other_lengths_than_those_of_validation():
    assert remarks_on_length(9, None) == remarks_on_length(1, UNIT) == []
    assert "single pictures" in remarks_on_length(2, UNIT)[0]
    videos = replace(UNIT, lengths=Range(low=8.0, middle=9.0, high=10.0))
    assert remarks_on_length(8, videos) == []
    assert remarks_on_length(1, videos) == ["1 look, the videos of validation had 8 frames or more"]
