"""Names that somebody chose to do harm: on terminals, in Markdown, CSV files and TensorBoard.

Those on pages are in `tests.report.page.test_write`.
"""

import csv
import io
import re

from hypothesis import given, settings
from hypothesis import strategies as st

from data_prep.terminal import plain
from jaxticket import limits
from jaxticket.runs.events import Events
from jaxticket.runs.files import csv_text
from jaxticket.text import csv_cell, from_csv_cell, harmless, markdown, markdown_table
from tests.fuzz.mutation import HOSTILE
from tests.runs.test_events import written

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


def test_tensorboard(tmp_path):
    events = Events(tmp_path)
    for name in (*HOSTILE, "\ud800"):
        events.add(name, 1.0, 1)
    events.close()
    tags = [value.tag for event in written(tmp_path) for value in event.summary.value]
    assert len(tags) == len(HOSTILE) + 1
    assert all(re.fullmatch(r"[-/.\w]*", tag) for tag in tags)
