from dataclasses import replace

import numpy as np
import pytest

from data_prep.synthetic.drawing.camera import film
from data_prep.synthetic.drawing.scene import CANVAS, make_scene


@pytest.fixture
def scene():
    """A camera that changes no colour."""
    neutral = replace(make_scene(3, 0), exposure=1.0, contrast=1.0, saturation=1.0, grain=2.0)
    return replace(neutral, balance=np.ones(3, np.float32))


def even(level: float) -> np.ndarray:
    return np.full((CANVAS, CANVAS, 3), level, np.float32)


def test_grey_light_by_hand(scene):
    clean = film(even(0.3), replace(scene, grain=0.0), 0)
    assert clean.dtype == np.float32
    light = 1.1 * 0.3 / (1 + 0.18 * 0.3)
    np.testing.assert_allclose(clean, 255 * light ** (1 / 2.2), rtol=1e-4)


def test_every_frame_has_grain_of_its_own(scene):
    first, again, second = (film(even(0.3), scene, number) for number in (0, 0, 1))
    np.testing.assert_array_equal(first, again)
    clean = film(even(0.3), replace(scene, grain=0.0), 0)
    for frame in (first, second):
        assert (frame - clean).std() == pytest.approx(2.0, rel=0.1)
        assert abs((frame - clean).mean()) < 0.2
    # Independent: the deviation of the difference is larger by the root of two.
    assert (first - second).std() == pytest.approx(2.0 * 2**0.5, rel=0.1)


def test_a_window_is_a_part_of_the_whole(scene):
    window = np.s_[30:90, 50:140]
    part = film(even(0.3)[window], scene, 5, window)
    np.testing.assert_array_equal(part, film(even(0.3), scene, 5)[window])


def test_levels_stay_in_range(scene):
    loud = replace(scene, grain=60.0)
    for light in (0.0, 5.0):
        frame = film(even(light), loud, 0)
        assert 0 <= frame.min() < frame.max() <= 255


def test_exposure_contrast_saturation_and_balance(scene):
    quiet = replace(scene, grain=0.0)
    colour = even(0.2)
    colour[..., 0] = 0.4

    def mean(**changes):
        return film(colour, replace(quiet, **changes), 0).mean(axis=(0, 1))

    assert (mean(exposure=1.5) > mean()).all()
    assert mean(contrast=0.5) == pytest.approx(0.5 * mean() + 0.5 * 118, rel=1e-4)
    grey = mean(saturation=0.0)
    assert grey[0] == pytest.approx(grey[1], rel=1e-4)
    warm = mean(balance=np.array([1.1, 1, 0.9], np.float32)) - mean()
    assert warm[0] > 0 > warm[2]
