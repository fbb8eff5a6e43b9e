"""Means over frames whose neighbours are alike."""

import numpy as np
import pytest

from experiments.measuring.frames_coverage import count_frames


def test_independent_frames_have_the_interval_of_their_mean():
    found = count_frames(0.0, 100, 300, np.random.default_rng(0))
    assert found.given > 0.95
    assert found.held > 0.92
    # That of a normal mean is 2 * 1.96 / 10 wide; ten batches and their correlation cost more.
    assert 0.39 < found.width < 0.6


@pytest.mark.parametrize("frames", [50, 300])
def test_of_short_videos_of_one_mood_many_have_none_and_others_wide_ones(frames):
    found = count_frames(0.97, frames, 200, np.random.default_rng(0))
    assert found.given < 0.9
    assert found.width > 1


def test_too_few_frames_have_none():
    assert count_frames(0.0, 19, 2, np.random.default_rng(0)).given == 0
