"""Text and CSV of others, as editors and spreadsheets write them."""

import pytest

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
