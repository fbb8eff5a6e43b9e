import csv
import io

import pytest

from jaxticket import limits
from jaxticket.limits import SENTENCE
from jaxticket.text import (
    count_text,
    csv_cell,
    from_csv_cell,
    harmless,
    interval_text,
    lines_of_csv,
    markdown,
    markdown_table,
    metric_name,
    name_columns,
    nothing_hidden,
    sample_text,
)

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


HOSTILE = "a\x1b[31mred\x07\r\u202e[bold]b"


def test_several_lines_are_harmless_on_a_terminal():
    assert harmless("one\ntwo, größer 漢字\n") == "one\ntwo, größer 漢字\n"
    assert harmless(HOSTILE) == r"a\x1b[31mred\x07\r\u202e[bold]b"
    assert harmless("x" * 10**6) == "x" * SENTENCE + "..."
    assert len(harmless("\x1b" * 10**6)) == SENTENCE + 3
    assert len(harmless("x\n" * 10**6, SENTENCE)) == SENTENCE + 3


def test_names_are_texts_in_markdown():
    assert markdown("0.912 [0.880, 0.944], a_b") == "0.912 [0.880, 0.944], a_b"
    assert markdown("<img src=x>|![a](http://b)\n# c") == (r"&lt;img src=x>\|![a]\(http://b)\n# c")
    (_, _, row, _) = markdown_table(["a", "b"], [["x|y", "<b>\n"]])
    assert row == r"| x\|y | &lt;b>\n |"


@pytest.mark.parametrize(
    "text", ["=1+1", "+a", "-a", "@a", "\ta", "\ra", "'=1", "''-a", "-1-1", "+"]
)
def test_formulas_come_back_from_a_csv(text):
    assert csv_cell(text) == f"'{text}"
    assert from_csv_cell(csv_cell(text)) == text


@pytest.mark.parametrize("text", ["", "a=1", "'", "'a", "''", "-1.5", "+3", "-1.5e-07", "1"])
def test_other_texts_and_numbers_stay_in_a_csv(text):
    assert csv_cell(text) == from_csv_cell(text) == text


@pytest.mark.parametrize("text", ["a,b\n1,2\n", "a\r\nb\rc", 'a,"x\ny"\n', "a\x0b\u2028b\n\n", ""])
def test_lines_of_a_csv_are_those_that_pythons_reader_takes(text):
    assert "".join(lines_of_csv(text)) == text
    assert list(csv.reader(lines_of_csv(text))) == list(csv.reader(io.StringIO(text, newline="")))


def test_a_csv_of_too_many_cells(monkeypatch):
    monkeypatch.setattr(limits, "TABLE_CELLS", 4)
    assert len(list(lines_of_csv("a,b\nc,d\n"))) == 2
    with pytest.raises(ValueError, match="5 commas and line ends; at most 4 are read"):
        lines_of_csv("a,b\nc,d\n\n")


def test_a_name_that_would_be_long_for_all(monkeypatch):
    columns = {"key": ["a", "bcd"], "group": ["e", "f"]}
    monkeypatch.setattr(limits, "NAMES_BYTES", 32)
    assert name_columns(columns)["key"].tolist() == columns["key"]
    monkeypatch.setattr(limits, "NAMES_BYTES", 31)
    with pytest.raises(ValueError, match="a key of 3 characters: so many for every one of 2"):
        name_columns(columns)


def test_what_is_not_seen_is_written_out():
    assert nothing_hidden("a\tb\n\u202ec\x1b\udcff\u2028é\u200d") == (
        "a\tb\n\\u202ec\\x1b\\udcff\\u2028é\u200d"
    )
