import numpy as np
import pytest

from jaxticket.attention.maps import map_order, random_order


def test_the_strongest_come_first():
    maps = np.array([[[0.5, 3.0, 1.0], [2.0, 0.1, 0.2]]])
    assert map_order(maps, ["a"], 0).tolist() == [[[3, 0, 2], [1, 5, 4]]]


def test_equal_places_come_at_random_by_picture_and_seed():
    maps = np.zeros((2, 6, 6))
    maps[:, 1, 2] = 1
    turns = map_order(maps, ["a", "b"], 0)
    assert turns[:, 1, 2].tolist() == [0, 0]
    for one in turns:
        np.testing.assert_array_equal(np.sort(one.ravel()), np.arange(36))
        assert np.any(np.diff(one.ravel()) < 0)
    np.testing.assert_array_equal(turns, map_order(maps, ["a", "b"], 0))
    assert (turns[0] != turns[1]).any()
    assert (turns != map_order(maps, ["a", "b"], 1)).any()


def test_random_order():
    turns = random_order(["a", "b"], 5, 4, 3)
    assert (turns.shape, turns.dtype) == ((2, 5, 4), np.int32)
    np.testing.assert_array_equal(np.sort(turns.reshape(2, -1)), [np.arange(20)] * 2)
    np.testing.assert_array_equal(turns[1:], random_order(["b"], 5, 4, 3))
    # Another stream than that of ties.
    assert (turns != map_order(np.zeros((2, 5, 4)), ["a", "b"], 3)).any()


def test_what_has_no_order():
    with pytest.raises(ValueError, match="NaN"):
        map_order(np.full((1, 2, 2), np.nan), ["a"], 0)
    with pytest.raises(ValueError, match="zip"):
        map_order(np.zeros((2, 2, 2)), ["a"], 0)
