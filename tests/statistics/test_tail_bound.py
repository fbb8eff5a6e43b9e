import numpy as np
import pytest
from scipy.stats import binom

from jaxticket.statistics import groups_needed, share_interval, tail_bound


def test_59_groups_bound_a_rate_of_a_twentieth():
    assert groups_needed(0.05) == 59
    assert 0.95**59 <= 0.05 < 0.95**58
    assert groups_needed(0.5, 0.75) == 2


def test_too_few_groups_give_no_threshold_but_say_how_many_would_do():
    assert tail_bound(np.arange(58), 0.05) == (None, 58, 0, 59)


@pytest.mark.parametrize("rate", [0.02, 0.04, 0.1, 0.5])
def test_the_fewest_scores_give_their_largest_whatever_is_rounded(rate):
    for count in range(1, 40):
        confidence = 1 - (1 - rate) ** count
        assert groups_needed(rate, confidence) == count
        assert tail_bound(np.arange(count), rate, confidence).threshold == count - 1


@pytest.mark.parametrize("count", [59, 92, 93, 124, 500])
def test_as_many_scores_lie_above_as_the_binomial_distribution_allows(count):
    found = tail_bound(np.random.default_rng(0).permutation(count), 0.05)
    assert found.threshold == count - 1 - found.beyond
    assert binom.cdf(found.beyond, count, 0.05) <= 0.05 < binom.cdf(found.beyond + 1, count, 0.05)


def test_of_equal_scores_none_lies_above():
    assert tail_bound(np.zeros(200), 0.05)[:3] == (0.0, 200, 0)


def test_the_bound_holds_as_often_as_it_says():
    draws = np.random.default_rng(1).exponential(size=(2000, 100))
    passed = [np.exp(-tail_bound(row, 0.05).threshold) <= 0.05 for row in draws]
    exact = 1 - binom.cdf(1, 100, 0.05)  # of 100, one may lie above
    assert exact >= 0.95
    assert abs(np.mean(passed) - exact) < 4 * np.sqrt(exact * (1 - exact) / 2000)


@pytest.mark.parametrize(
    ("count", "total", "low", "high"),
    [(0, 10, 0.0, 0.308), (1, 109, 0.0002, 0.0501), (5, 10, 0.187, 0.813), (10, 10, 0.692, 1.0)],
)
def test_shares_have_the_intervals_of_clopper_and_pearson(count, total, low, high):
    assert share_interval(count, total) == pytest.approx((low, high), abs=5e-4)
    assert share_interval(0, 0) == (0.0, 1.0)


def test_what_is_no_rate_is_refused():
    with pytest.raises(ValueError, match="rate 1"):
        tail_bound(np.zeros(3), 1)
    with pytest.raises(ValueError, match="finite"):
        tail_bound(np.array([np.nan]), 0.5)
