import pytest

from jaxticket.text import count_text, interval_text, markdown_table, metric_name, sample_text

NAN = float("nan")


@pytest.mark.parametrize(
    ("ends", "text"),
    [
        ((None,), "-"),
        ((NAN, 0.1, 0.2), "-"),
        ((0.5,), "0.500"),
        ((0.5, None, None), "0.500"),
        ((0.5, NAN, NAN), "0.500"),
        ((0.5, 0.25, 1.0), "0.500 [0.250, 1.000]"),
        ((-0.0001, -0.2, 0.2), "0.000 [-0.200, 0.200]"),
    ],
)
def test_a_value_stands_with_its_interval_where_there_is_one(ends, text):
    assert interval_text(*ends) == text


def test_signs_and_digits_and_what_is_lacking():
    assert (
        interval_text(0.01, -0.00001, 0.0312, digits=4, sign=True) == "+0.0100 [+0.0000, +0.0312]"
    )
    assert interval_text(12.3, digits=0, alone=", no interval") == "12, no interval"
    assert interval_text(None, missing="none", alone=", no interval") == "none"


def test_a_table_comes_row_by_row():
    rows = iter([("1", "2"), ("3", "4")])
    lines = markdown_table(["a", "b"], rows)
    assert [next(lines) for _ in range(3)] == ["| a | b |", "|---|---|", "| 1 | 2 |"]
    assert next(rows) == ("3", "4")
    assert list(lines) == [""]


def test_metrics_are_called_by_their_words():
    assert metric_name("balanced_accuracy") == "balanced accuracy"
    assert metric_name("of_its_own") == "of its own"


def test_what_a_sample_is_made_of():
    assert sample_text({"real": 1256, "fake": 256}) == "1,256 real, 256 fake"
    even = {"real": 8, "Swap": 4, "Blend": 4}
    assert sample_text(even) == "8 real, 8 fake: 4 of each of 2 methods"
    assert sample_text({"real": 8, "Swap": 4, "Blend": 3}) == "8 real, 7 fake: 3 Blend, 4 Swap"
    assert sample_text({"Swap": 2}) == "0 real, 2 fake"


def test_counts_have_their_noun():
    assert [count_text(n, "frame") for n in (0, 1, 2000)] == ["0 frames", "1 frame", "2,000 frames"]
    assert count_text(2, "group stands", "groups stand") == "2 groups stand"
