import numpy as np
import pytest

from jaxticket.attention.maps import area_share, centre_prior, pixel_auc, random_maps


def test_the_centre_prior_by_hand():
    prior = centre_prior(3, 2, spread=0.25)
    # A third of the side from the middle is 4/3 deviations, a quarter is one.
    expected = np.exp(-0.5 * np.array([16 / 9, 0, 16 / 9])[:, None] - 0.5 * np.ones(2))
    np.testing.assert_allclose(prior, expected)
    assert centre_prior(5, 5)[2, 2] == 1


def test_a_prior_without_spread():
    with pytest.raises(ValueError, match="above 0, not 0"):
        centre_prior(3, 3, spread=0)


def test_random_maps_are_of_their_picture_and_seed():
    maps = random_maps(["a", "b"], 4, 6, seed=1)
    assert maps.shape == (2, 4, 6)
    assert ((maps > 0) & (maps <= 1)).all()
    np.testing.assert_array_equal(maps[::-1], random_maps(["b", "a"], 4, 6, seed=1))
    for other in (random_maps(["a", "c"], 4, 6, seed=1)[1], random_maps(["b"], 4, 6, seed=2)[0]):
        assert np.abs(other - maps[1]).max() > 0.1


def test_random_maps_are_at_chance():
    masks = np.zeros((200, 8, 8), bool)
    masks[:, 2:5, 1:6] = True
    maps = random_maps([str(n) for n in range(200)], 8, 8, seed=0)
    assert np.mean(pixel_auc(maps, masks)) == pytest.approx(0.5, abs=0.02)


def test_area_share():
    masks = np.array([[[True, False], [False, False]], [[False, False], [False, False]]])
    np.testing.assert_array_equal(area_share(masks), [0.25, np.nan])
