import pytest

from jaxticket.report.page.blocks import Table
from jaxticket.report.page.cells import (
    MISSING,
    Answer,
    Count,
    Ends,
    Heat,
    Link,
    Share,
    answer,
    plain,
    show,
)

NAN = float("nan")


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        (Ends(0.5, 0.25, 0.75), "0.500 [0.250, 0.750]"),
        (Ends(-0.01, -0.02, 0.03, sign=True), "-0.0100 [-0.0200, +0.0300]"),
        (Ends(0.5), "0.500"),
        (Ends(0.5, NAN, NAN), "0.500"),
        (Ends(None), MISSING),
        (Share(0.672), "67.2%"),
        (Count(1234567), "1,234,567"),
        (1234, "1234"),
        (0.1234, "0.123"),
        (NAN, MISSING),
        (None, MISSING),
        (Answer("inconclusive", None), "inconclusive"),
        (Heat(Count(1000), 0.5), "1,000"),
        (Link("a", "b.html"), "a"),
        ("-", "-"),
    ],
)
def test_how_cells_are_shown(cell, shown):
    assert show(cell) == shown


def test_no_spreadsheet_takes_text_for_a_formula():
    for text in ("=1+1", "+1", "-1", "@x", "\t=1"):
        assert plain(text) == [f"'{text}"]
        assert plain(Link(text, "b.html")) == [f"'{text}"]
    assert plain("a=1") == ["a=1"]
    assert plain(-1.5) == [-1.5]


def test_a_table_is_whole_in_its_csv():
    table = Table(
        "t", "T", ("name", "auc", "=n"),
        [("a,b", Ends(0.123456, 0.1, None), Count(1000)), ("c", None, 3)],
    )  # fmt: skip
    assert table.csv().splitlines() == [
        "name,auc,auc low,auc high,'=n",
        '"a,b",0.123456,0.1,,1000',
        "c,,,,3",
    ]
    assert table.link.startswith("data:text/csv;charset=utf-8,name%2Cauc")


def test_words_of_older_versions_are_said_in_those_of_today():
    older = {"words": "not inferior", "holds": True}
    assert answer(older) == Answer("as good", True)
    assert answer(older | {"seeds": 1}) == Answer("as good (this seed)", True)
    assert answer({"words": "met on average", "holds": True, "seeds": 1}).words == "yes, on average"
    assert answer({"words": "not met on average", "holds": False}).words == "no, on average"
