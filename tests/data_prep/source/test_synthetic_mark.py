import pytest

from data_prep.checks.complete import PreparationError
from data_prep.source.synthetic_mark import note_of, read_description


def test_no_file(tmp_path):
    assert read_description(tmp_path) is None


def test_what_it_says(tmp_path):
    (tmp_path / "synthetic.json").write_text('{"generator": "g", "version": 3, "train": 1}')
    found = read_description(tmp_path)
    assert found == {"generator": "g", "version": 3, "train": 1}
    assert note_of(found) == (
        "synthetic: rendered by g, version 3, seed unknown; it stands for no real data set"
    )


@pytest.mark.parametrize(
    ("text", "message"), [("{", "is not a JSON file"), ("[1]", "is not a JSON object")]
)
def test_another_form(tmp_path, text, message):
    (tmp_path / "synthetic.json").write_text(text)
    with pytest.raises(PreparationError, match=message):
        read_description(tmp_path)
