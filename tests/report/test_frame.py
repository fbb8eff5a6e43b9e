from math import nan

import pytest

from jaxticket.report.frame import frame


def test_a_wide_interval_is_cut_a_tenth_beyond_the_values():
    low, high, cut = frame([0.97, 0.95, 0.90], [0.01, 0.93, 0.88], [1.0, 0.97, 0.92])
    assert (low, high) == (pytest.approx(0.80), 1.0)
    assert cut


def test_as_far_as_the_values_span_where_that_is_more():
    low, _, cut = frame([0.9, 0.6], [0.2, 0.5], [0.95, 0.7])
    assert low == pytest.approx(0.3)
    assert cut


def test_ordinary_intervals_are_shown_whole():
    assert frame([0.9, 0.8], [0.85, 0.75], [0.95, 0.85]) == (0.75, 0.95, False)


def test_what_is_not_finite_is_left_out():
    assert frame([0.9, nan], [nan], [nan]) == (0.9, 0.9, False)
    assert frame([nan], [], []) == (0.0, 1.0, False)
