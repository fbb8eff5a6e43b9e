"""How sure the mean of values in a row is."""

import numpy as np
import pytest
from scipy.special import stdtrit

from jaxticket.statistics import successive_interval


def test_of_batches_that_differ_at_random_it_is_that_of_student():
    # Batches of two: means 0, 1, 0, 1, ... are each other's opposite, so all ten count.
    low, high = successive_interval(np.repeat(np.arange(10) % 2.0, 2))
    assert (low, high) == pytest.approx((0.5 - 2.262 / 6, 0.5 + 2.262 / 6), abs=1e-3)


def test_batches_that_are_alike_count_for_fewer():
    # Deviations -0.4 and 0.6, squares 2.4, neighbours' products 3 * 0.16 - 4 * 0.24 + 2 * 0.36,
    # a tenth of that; without its bias the correlation is 0.1 + 1.3 / 10.
    means = np.array([0, 0, 1, 1, 0, 0, 1, 1, 0, 0.0])
    worth = 10 * (1 - 0.23) / (1 + 0.23)
    half = stdtrit(worth - 1, 0.975) * np.sqrt(2.4 / 9 / worth)
    assert successive_interval(np.repeat(means, 3)) == pytest.approx((0.4 - half, 0.4 + half))


def test_too_few_frames_and_frames_too_alike_have_none():
    assert successive_interval(np.arange(19.0)) == (None, None)
    assert successive_interval(np.arange(300.0)) == (None, None)
    assert successive_interval(np.full(20, 0.1)) == pytest.approx((0.1, 0.1))


@pytest.mark.parametrize("alike", [0.0, 0.9, 0.97])
def test_it_holds_the_mean_of_frames_that_are_alike(alike):
    generator = np.random.default_rng(0)
    held = []
    for _ in range(200):
        steps = generator.normal(size=300) * np.sqrt(1 - alike**2)
        frames, now = np.zeros(300), generator.normal()
        for at, step in enumerate(steps):
            frames[at] = now = alike * now + step
        low, high = successive_interval(frames)
        held.append(low is None or high is None or low <= 0 <= high)
    assert np.mean(held) > 0.9
