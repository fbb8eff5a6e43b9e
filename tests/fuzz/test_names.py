"""Names that somebody chose to do harm: on terminals, in Markdown, in CSV files."""

import csv
import io

from hypothesis import given, settings
from hypothesis import strategies as st

from data_prep.terminal import plain
from jaxticket import limits
from jaxticket.runs.files import csv_text
from jaxticket.text import csv_cell, from_csv_cell, harmless, markdown, markdown_table
from tests.fuzz.mutation import HOSTILE

NAMES = st.one_of(
    st.sampled_from(HOSTILE),
    st.text("=+-@\t\r\n'\"\x1b\x07\x9b[]()<>|\\&;,a1.\0\u202e\u2028\ud800", max_size=12),
)
quick = settings(max_examples=60, derandomize=True, database=None, deadline=None)


@quick
@given(NAMES)
def test_terminals(name):
    for shown in (harmless(name), plain.harmless(name)):
        lines = shown.split("\n")
        assert all(line.isprintable() and len(line) <= limits.SENTENCE + 3 for line in lines)


@quick
@given(NAMES)
def test_markdown(name):
    shown = markdown(name)
    assert shown.isprintable()
    assert "<" not in shown
    assert "](" not in shown
    _, _, row, _ = markdown_table(["a"], [[name]])
    assert "|" not in row.strip("|").replace("\\|", "")


@quick
@given(NAMES)
def test_tables_of_spreadsheets(name):
    assert from_csv_cell(csv_cell(name)) == name
    text = csv_text([{"a": name, "b": "end"}], ["a", "b"])
    (_, (cell, end)) = csv.reader(io.StringIO(text, newline=""))
    assert (from_csv_cell(cell), end) == (name, "end")
    assert not cell.startswith(("=", "@", "\t", "\r"))
