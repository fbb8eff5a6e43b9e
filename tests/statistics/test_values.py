import numpy as np
import pytest

from jaxticket.statistics import value_interval


def test_one_seed_is_the_t_interval_of_group_means():
    # Four groups of one example: mean 3, standard error 1/2 * sqrt(20/3), t(3) at 97.5% 3.18245.
    found = value_interval(np.array([[0.0, 2.0, 4.0, 6.0]]), np.arange(4))
    half = 3.182446 * np.sqrt(20 / 3) / 2
    np.testing.assert_allclose([found.value, found.low, found.high], [3, 3 - half, 3 + half], 1e-6)


def test_an_example_without_a_value_is_left_out_of_its_seed_only():
    values = np.array([[1.0, np.nan, 3.0], [2.0, 4.0, 6.0]])
    assert value_interval(values, np.arange(3)).value == (2 + 4) / 2


def test_an_example_that_no_seed_knows_does_not_count_as_a_group():
    values = np.array([[1.0, 2.0, np.nan]])
    found, without = (value_interval(values[:, :n], np.arange(n)) for n in (3, 2))
    assert found == without


def test_examples_of_a_group_are_one_observation():
    single = value_interval(np.array([[1.0, 2.0, 4.0]]), np.arange(3))
    thrice = value_interval(np.array([[1.0, 2.0, 4.0]]).repeat(3, axis=1), np.arange(3).repeat(3))
    np.testing.assert_allclose([thrice.low, thrice.high], [single.low, single.high])


def test_seeds_widen_what_groups_agree_on():
    one = value_interval(np.array([[0.5, 0.6, 0.4]]), np.arange(3))
    three = value_interval(np.array([[0.5, 0.6, 0.4]]) + np.array([[0], [1], [2]]), np.arange(3))
    assert three.seed_variance > 0
    assert three.high - three.low > one.high - one.low


def test_a_share_stays_in_its_limits():
    found = value_interval(
        np.array([[1.0, 1.0, 1.0, 0.9]]), np.arange(4), share=True, limits=(0.0, 1.0)
    )
    assert 0 < found.low < found.value < found.high < 1


def test_one_group_and_one_seed_have_no_interval():
    found = value_interval(np.array([[1.0, 2.0]]), np.zeros(2))
    assert found.value == 1.5
    assert np.isnan(found.low)


@pytest.mark.parametrize(
    ("values", "groups", "said"),
    [
        (np.ones(3), np.arange(3), "seeds, examples"),
        (np.ones((1, 3)), np.arange(2), "a group an example"),
        (np.array([[np.nan, np.nan], [1.0, 2.0]]), np.arange(2), "without any"),
    ],
)
def test_what_does_not_fit_is_refused(values, groups, said):
    with pytest.raises(ValueError, match=said):
        value_interval(values, groups)
