import numpy as np
import pytest

from jaxticket.attention.maps import is_empty, unit_mass
from jaxticket.attention.maps.mass import unit_maximum

MAPS = np.array([[[1, 3], [0, 4]], [[0, 0], [0, 0]]])


def test_by_hand():
    np.testing.assert_allclose(unit_mass(MAPS)[0], [[0.125, 0.375], [0, 0.5]])
    np.testing.assert_allclose(unit_maximum(MAPS)[0], [[0.25, 0.75], [0, 1]])


def test_an_empty_map_is_nothing():
    assert is_empty(MAPS).tolist() == [False, True]
    assert np.isnan(unit_mass(MAPS)[1]).all()
    assert np.isnan(unit_maximum(MAPS)[1]).all()


def test_tiny_values_are_not_empty():
    tiny = np.array([[[5e-324, 5e-324], [0, 0]]])
    np.testing.assert_allclose(unit_mass(tiny), [[[0.5, 0.5], [0, 0]]])


@pytest.mark.parametrize("value", [-0.5, np.nan, np.inf])
def test_what_is_no_mass_is_refused(value):
    maps = np.ones((3, 2, 2))
    maps[1, 0, 1] = value
    with pytest.raises(ValueError, match=f"map 1 holds {value}"):
        unit_mass(maps)


def test_maps_come_in_stacks():
    with pytest.raises(ValueError, match=r"three axes.*\(2, 2\)"):
        is_empty(MAPS[0])
