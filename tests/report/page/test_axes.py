from math import nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jaxticket.report.page.axes import (
    even_in_rounds,
    limits_of_intervals,
    sparsity_axis,
    value_axis,
)


def test_equal_rounds_are_equally_long():
    places = [even_in_rounds(1 - 0.8**r) for r in range(4)]
    assert places[1] - places[0] == pytest.approx(places[3] - places[2])
    assert even_in_rounds(1.0) > even_in_rounds(0.999)


def test_the_deepest_level_always_has_its_tick():
    levels = [1 - 0.8**r for r in range(23)]
    texts = [text for _, text in sparsity_axis(levels).ticks]
    assert texts[-1] == "99.3"
    assert 5 < len(texts) < 14
    assert [text for _, text in sparsity_axis([0, 0.5, 0.8]).ticks] == ["0", "50", "80"]


def test_round_ticks_say_what_they_are():
    axis = value_axis("loss", [0.0, 1.0])
    assert [text for _, text in axis.ticks] == ["0.00", "0.25", "0.50", "0.75", "1.00"]
    percent = value_axis("auc", [0.95, 0.99], limits=(0, 1), percent=True)
    assert [text for _, text in percent.ticks] == ["95", "96", "97", "98", "99"]


def test_there_is_no_room_beyond_the_limits():
    axis = value_axis("auc", [0.999, 1.0], limits=(0.0, 1.0), least=0.02)
    assert axis.high == 1.0
    assert axis.high - axis.low >= 0.02


@given(st.lists(st.floats(-1e6, 1e6), max_size=5), st.booleans())
def test_every_value_is_on_the_axis(values, percent):
    axis = value_axis("x", values, percent=percent)
    assert axis.low < axis.high
    assert all(axis.low <= value <= axis.high for value in values)
    assert all(axis.low - 1e-6 <= place <= axis.high + 1e-6 for place, _ in axis.ticks)
    assert 2 <= len(axis.ticks) <= 12


def test_a_wide_interval_is_cut_a_tenth_beyond_the_values():
    low, high, cut = limits_of_intervals([0.97, 0.95, 0.90], [0.01, 0.93, 0.88], [1.0, 0.97, 0.92])
    assert (low, high) == (pytest.approx(0.80), 1.0)
    assert cut


def test_as_far_as_the_values_span_where_that_is_more():
    low, _, cut = limits_of_intervals([0.9, 0.6], [0.2, 0.5], [0.95, 0.7])
    assert low == pytest.approx(0.3)
    assert cut


def test_ordinary_intervals_are_shown_whole():
    assert limits_of_intervals([0.9, 0.8], [0.85, 0.75], [0.95, 0.85]) == (0.75, 0.95, False)


def test_what_is_not_finite_is_left_out():
    assert limits_of_intervals([0.9, nan], [nan], [nan]) == (0.9, 0.9, False)
    assert limits_of_intervals([nan], [], []) == (0.0, 1.0, False)
