import numpy as np
import pytest

from data_prep.synthetic.drawing.draws import Draws
from data_prep.synthetic.drawing.weather import CORRUPTIONS, colour, corrupt, fog, rain, snow

ROWS, COLUMNS = np.mgrid[0:80, 0:100]
PICTURE = np.stack([60 + ROWS, 70 + COLUMNS, 90 + 0 * ROWS], axis=2).astype(np.float32)


def draws(number=0):
    return Draws(5, "weather", number)


@pytest.mark.parametrize("name", CORRUPTIONS)
def test_every_corruption_is_seen_and_repeats(name):
    found = CORRUPTIONS[name](PICTURE.copy(), draws())
    assert found.shape == PICTURE.shape
    assert np.abs(found - PICTURE).mean() > 5
    np.testing.assert_array_equal(found, CORRUPTIONS[name](PICTURE.copy(), draws()))
    assert (found != CORRUPTIONS[name](PICTURE.copy(), draws(1))).any()


def test_fog_takes_contrast_and_hides_no_edge_wholly():
    found = fog(PICTURE, draws())
    assert 0.3 * PICTURE.std() < found.std() < 0.9 * PICTURE.std()
    assert found.mean() > PICTURE.mean()


def test_snow_and_rain_are_bright_and_rare():
    for corruption in (snow, rain):
        grey = np.full((120, 160, 3), 80, np.float32)
        found = corruption(grey, draws())[..., 0]
        level = np.median(found)
        bright = found > level + 30
        assert 0.005 < bright.mean() < 0.3
        assert found.min() >= level - 1


def test_rain_falls_down():
    found = rain(np.full((120, 160, 3), 80, np.float32), draws())[..., 0]
    down, across = np.abs(np.diff(found, axis=0)).mean(), np.abs(np.diff(found, axis=1)).mean()
    assert down < 0.7 * across


def test_colour_moves_no_edge():
    found = colour(PICTURE, draws())
    order = np.argsort(PICTURE[0, :, 1])
    assert (np.diff(found[0, order, 1]) >= 0).all()


def test_one_by_chance_within_the_levels():
    names = set()
    for number in range(24):
        found, name = corrupt(PICTURE, draws(number))
        names.add(name)
        assert 0 <= found.min() <= found.max() <= 255
    assert names == set(CORRUPTIONS)
