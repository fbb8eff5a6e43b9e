import pytest

from experiments.measuring.speed.table import Table, lines, spread, value_text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "-"),
        ("channels last", "channels last"),
        (1_000_000, "1,000,000"),
        (0.0, "0"),
        (0.08523, "0.0852"),
        (1.234, "1.23"),
        (21.34, "21.3"),
        (3788.4, "3,788"),
        ((1.0, 0.9, 1.126), "1.00 [0.90, 1.13]"),
    ],
)
def test_three_digits_count(value, text):
    assert value_text(value) == text


def test_the_spread_is_the_median_and_the_quartiles():
    assert spread([5, 1, 2, 3, 4]) == (3, 2, 4)


def test_columns_are_shown_in_their_order_and_what_has_none_is_not():
    table = Table("About.", {"b": "B", "a": "A"}, [{"a": 1, "b": 2, "c": 3}, {"a": 4}], ["Note."])
    assert list(lines(table)) == [
        "About.", "", "| B | A |", "|---|---|", "| 2 | 1 |", "| - | 4 |", "", "Note.", "",
    ]  # fmt: skip
