"""What is true of simulated networks, against many draws."""

from dataclasses import replace

import numpy as np
import pytest

from experiments.measuring.simulated_detectors import Detector, draw_detectors, draw_logits
from experiments.measuring.simulated_logits import WORLDS, World

PLAIN = World(2.0, 0.1, video=0.6, own=0.0, shift=0, skill=0, video_and_seed=0, frame=0, noise=0.8)
"""Logits of a class have a standard deviation of 1 about -1 and 1."""


def test_rates_are_those_of_the_normal_distribution():
    detector = draw_detectors(PLAIN, 1, np.random.default_rng(0))[0]
    assert detector == Detector(PLAIN, -1, 1)
    assert detector.false_alarms(-1) == pytest.approx(0.5)
    assert detector.false_alarms(0.6449) == pytest.approx(0.05, abs=1e-4)
    assert detector.misses(-0.6449) == pytest.approx(0.05, abs=1e-4)
    # Of each class 0.9500 - 0.6387 lie between these.
    assert detector.open(-0.6449, 0.6449) == pytest.approx(0.3113, abs=1e-3)
    assert detector.of_videos(16).false_alarms(-1 + 1.6449 * np.sqrt(0.4)) == pytest.approx(
        0.05, abs=1e-4
    )


def test_the_logits_of_two_such_normals_are_true_at_a_temperature_of_a_half():
    detector = Detector(PLAIN, -1, 1)
    assert detector.calibration_error(0.5) == pytest.approx(0, abs=1e-4)
    assert detector.calibration_error(2.0) > 0.1


@pytest.mark.parametrize("name", sorted(WORLDS))
def test_draws_have_the_true_rates(name):
    generator = np.random.default_rng(1)
    world = replace(WORLDS[name], fake_every=2)
    detectors = draw_detectors(world, 2, generator)
    labels, _, logits = draw_logits(detectors, 20_000, 1, generator)
    assert logits.shape == (2, 20_000)
    for detector, row in zip(detectors, logits, strict=True):
        assert np.mean(row[labels == 0] > 0.5) == pytest.approx(
            detector.false_alarms(0.5), abs=0.02
        )
        assert np.mean(row[labels == 1] < 0.5) == pytest.approx(detector.misses(0.5), abs=0.02)
        said = 1 / (1 + np.exp(-row / 3))
        place = (said * 10).astype(int)
        error = np.abs(np.bincount(place, said - labels)).sum() / 20_000
        assert error == pytest.approx(detector.calibration_error(3.0), abs=0.02)
