import numpy as np
import pytest
from scipy import stats

from jaxticket.statistics import estimate
from jaxticket.statistics.estimate import rarer, variance_parts, widened

# Rows have the means 1 and 5, columns too; the mean is 3 and the interaction is +-1.
CROSSED = np.array([[0.0, 2.0], [2.0, 8.0]])
WIDE = (-np.inf, np.inf)


def test_variance_parts_by_hand():
    # Mean squares: seeds 16, groups 16, interaction 4; four cells.
    assert variance_parts(CROSSED) == (16 / 4, (16 - 4) / 4)


def test_the_interaction_is_never_less_than_nothing():
    # Groups differ by no more than their interaction with seeds lets expect.
    # Mean squares: seeds 1/4, groups 1/4, interaction 25/4.
    assert variance_parts(np.array([[0.0, 2.0], [3.0, 0.0]])) == (1 / 16, 0.0)


def test_one_seed_or_one_group_has_one_part():
    assert variance_parts(np.array([[1.0, 2.0, 3.0, 6.0]])) == (0.0, pytest.approx(14 / 12))
    assert variance_parts(np.array([[1.0], [2.0], [3.0], [6.0]])) == (pytest.approx(14 / 12), 0.0)


def test_the_interval_is_students_with_satterthwaites_freedom():
    found = estimate(3.0, CROSSED, 2, limits=WIDE)
    assert found.freedom == pytest.approx((4 + 3) ** 2 / (4**2 / 1 + 3**2 / 1))
    half = stats.t.ppf(0.975, 49 / 25) * np.sqrt(7)
    assert (found.low, found.high) == (pytest.approx(3 - half), pytest.approx(3 + half))
    assert found.error == pytest.approx(np.sqrt(7))
    assert (found.seeds, found.groups) == (2, 2)


def test_one_seed_is_the_t_interval_over_groups_and_says_so():
    values = np.array([0.5, 0.25, 0.75, 1.0, 0.0])
    found = estimate(0.5, values[None], 5, confidence=0.9)
    low, high = stats.t.interval(0.9, 4, 0.5, stats.sem(values))
    assert (found.low, found.high) == (pytest.approx(low), pytest.approx(high))
    assert found.seed_variance == 0
    assert "1 seed" in found.resampled
    assert "other seeds" in found.resampled


def test_few_groups_of_a_class_leave_little_freedom():
    table = np.array([[0.5, 0.25, 0.75, 1.0, 0.0]])
    assert estimate(0.5, table, 3).freedom == 2
    assert estimate(0.5, table, 2).freedom == 1
    assert np.isnan(estimate(0.5, table, 1).ends[1:]).all()


def test_a_share_stays_inside_and_leans_away_from_the_edge():
    table = np.array([[1.0, 1.0, 1.0, 1.0, 0.8]])
    plain, found = estimate(0.96, table, 5), estimate(0.96, table, 5, share=True, limits=(0, 1))
    assert plain.high == 1.0
    assert found.high < 1
    assert 0.96 - found.low > found.high - 0.96
    logit = np.log(0.96 / 0.04)
    few = (1 + 0.75 / 5 / 0.04) ** 0.1
    half = stats.t.ppf(0.975, 4) * 0.04 / (0.96 * 0.04) * few
    assert found.low == pytest.approx(1 / (1 + np.exp(half - logit)))


def test_no_error_in_any_group_does_not_mean_perfect():
    found = estimate(1.0, np.ones((3, 10)), 10, share=True, limits=(0.0, 1.0))
    assert found.low == pytest.approx(stats.beta.ppf(0.025, 10, 1))  # Clopper and Pearson
    assert found.high == 1.0
    assert found.p_above(found.low) == pytest.approx(0.025)
    assert (found.p_above(-0.5), found.p_above(1.5)) == (0.0, 1.0)
    same = estimate(0.0, np.zeros((3, 10)), 10, exact=True)
    assert (same.low, same.high) == (0.0, 0.0)
    assert (same.p_above(-0.01), same.p_above(0.0), same.p_below(0.01)) == (0.0, 1.0, 0.0)


def test_equal_seeds_leave_the_groups():
    row = np.array([0.5, 0.25, 0.75, 1.0, 0.0])
    found = estimate(0.5, np.array([row, row, row]), 5)
    one = estimate(0.5, row[None], 5)
    assert (found.low, found.high) == (pytest.approx(one.low), pytest.approx(one.high))


def test_seeds_that_tie_by_other_answers_are_no_certainty():
    # Every row has the mean 1/2, every column too. Mean squares: seeds 0, groups 0, interaction 1.
    table = np.array([[0.0, 1.0], [1.0, 0.0]])
    assert variance_parts(table) == (pytest.approx(1 / 4), 0.0)
    found = estimate(0.5, table, 2, limits=WIDE)
    assert found.high == pytest.approx(0.5 + stats.t.ppf(0.975, 1) * 0.5)
    # Groups that differ beyond the interaction keep all of MS_group: 2.5 and 1, 2 x 3 cells.
    table = np.array([[0.0, 1.0, 2.0], [1.0, 2.0, 0.0]]) + np.array([0.0, 0.0, 3.0])
    between = 2 * np.var(table.mean(axis=0), ddof=1)
    assert sum(variance_parts(table)) == pytest.approx(between / 6)


def test_a_tie_counts_where_the_jackknifes_rows_differ_a_little():
    table = np.array([[0.0, 1.0], [1.01, 0.0]])
    assert variance_parts(table)[0] < 1e-4
    assert variance_parts(table, tied=True)[0] > 0.2
    assert estimate(0.5, table, 2, tied=True).error > 0.5 > estimate(0.5, table, 2).error


def test_few_mistakes_are_counted_as_more():
    # Half as many mistakes as three quarters of one group in ten make: three times the variance.
    table = np.array([[0.0, 0.0, 0.0, 0.0, 0.1, 0.0, 0.1, 0.0, 0.0, 0.0]])
    plain, few = estimate(0.02, table, 10), estimate(0.02, table, 10, mistakes=0.075 / 2)
    assert few.group_variance == pytest.approx(3 * plain.group_variance)
    assert few.high - 0.02 == pytest.approx(np.sqrt(3) * (plain.high - 0.02))
    assert few.p_above(few.low) == pytest.approx(0.025)
    assert widened(0.05, 10) > widened(0.05, 100) > widened(0.5, 100) > widened(0.0, 10) == 1
    assert (rarer(0.75), rarer(0.25), rarer(1 + 1e-15)) == (0.25, 0.25, 0.0)


def test_p_values_agree_with_the_ends():
    found = estimate(3.0, CROSSED, 2, limits=WIDE)
    assert found.p_above(found.low) == pytest.approx(0.025)
    assert found.p_below(found.high) == pytest.approx(0.025)
    assert found.p_above(3.0) == pytest.approx(0.5)


def test_undefined_stays_undefined():
    for table in (np.array([[1.0, np.nan]]), np.array([[1.0]])):
        found = estimate(1.0, table, 1)
        assert np.isnan([found.low, found.high]).all()
        assert found.p_above(-1) == found.p_below(2) == 1.0


def test_a_wrong_confidence_is_refused():
    with pytest.raises(ValueError, match="confidence"):
        estimate(3.0, CROSSED, 2, confidence=95)
