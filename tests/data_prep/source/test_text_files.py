"""Text and CSV of others, as editors and spreadsheets write them."""

import pytest

from data_prep import limits
from data_prep.checks.complete import PreparationError
from data_prep.source.text_files import read_csv, read_text


def test_lines_are_counted_as_an_editor_does(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(b'\xef\xbb\xbfPath , Label\r\n"a\r\nb.jpg", 1\r\n\r\nc.jpg\r\n')
    assert read_text(path).startswith("Path")
    assert read_csv(path) == (
        ["path", "label"],
        [(3, {"path": "a\nb.jpg", "label": "1"}), (5, {"path": "c.jpg", "label": None})],
    )


@pytest.mark.parametrize(
    ("data", "text"), [(b"a\n\xff\n", "is not UTF-8 text"), (b"a" * 200_000, "field larger than")]
)
def test_what_cannot_be_read(tmp_path, data, text):
    (tmp_path / "a.csv").write_bytes(data)
    with pytest.raises(PreparationError, match=text):
        read_csv(tmp_path / "a.csv")


@pytest.mark.parametrize(
    ("limit", "most", "text"),
    [
        ("TEXT_BYTES", 13, "has 14 bytes; at most 13 are read of it"),
        ("TEXT_LINES", 3, "has more than 3 lines"),
        ("TABLE_CELLS", 5, "has more than 5 cells, the most that is read"),
    ],
)
def test_files_just_beyond_what_is_read(tmp_path, monkeypatch, limit, most, text):
    (tmp_path / "a.csv").write_text("a,b\n1,2\n3,4\n5\n")
    with monkeypatch.context() as patch:
        patch.setattr(limits, limit, most)
        with pytest.raises(PreparationError, match=rf"a\.csv {text}"):
            read_csv(tmp_path / "a.csv")
    monkeypatch.setattr(limits, limit, most + 1)
    assert len(read_csv(tmp_path / "a.csv")[1]) == 3


def test_a_first_row_of_very_many_cells_is_refused_before_it_is_parsed(tmp_path, monkeypatch):
    (tmp_path / "a.csv").write_text(",,,,,,\n")
    monkeypatch.setattr(limits, "TABLE_CELLS", 6)
    assert read_csv(tmp_path / "a.csv") == ([""] * 7, [])
    monkeypatch.setattr(limits, "TABLE_CELLS", 5)
    with pytest.raises(PreparationError, match="more than 5 cells"):
        read_csv(tmp_path / "a.csv")
