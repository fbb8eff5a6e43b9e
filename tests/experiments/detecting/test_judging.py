"""How sure the mean over frames is, and what the number of frames means."""

import numpy as np
import pytest
from msgspec.structs import replace

from experiments.detecting.judging import interval_over_frames, remarks_on_length, unit_for
from tests.calibration.scored import calibration, scores


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


def test_a_video_shorter_than_those_of_validation_is_read_as_a_picture():
    names = [f"{label}{number // 2}" for label in "rf" for number in range(120)]
    pairs = np.repeat(np.arange(60.0), 2)
    found = calibration(scores(pairs, pairs, videos=names, groups=names))
    assert unit_for(found, "video", None, 2) is found.videos
    assert unit_for(found, "video", None, 1) is unit_for(found, "picture", None, 9) is found.frames
    assert remarks_on_length(9, None) == remarks_on_length(9, found.videos) == []
    assert remarks_on_length(1, found.frames) == []
    assert remarks_on_length(2, found.frames)[0].startswith("few looks: the mean of 2 ")


def test_a_calibration_that_does_not_know_lengths_is_taken():
    found = calibration(scores(np.arange(60.0), np.arange(60.0)))
    older = replace(found, videos=found.frames)
    assert unit_for(older, "video", None, 1) is older.videos
