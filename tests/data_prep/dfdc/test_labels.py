import pytest

from data_prep.checks.complete import PreparationError
from data_prep.dfdc.described import Described
from data_prep.dfdc.labels import read_labels


def written(tmp_path, text):
    path = tmp_path / "labels.csv"
    path.write_text(text)
    return path


def test_1_is_fake(tmp_path):
    assert read_labels(written(tmp_path, "filename,label\na.mp4,1\nb.mp4,0\n"), "validation") == {
        "a": Described(1, "validation"),
        "b": Described(0, "validation", "b"),
    }


@pytest.mark.parametrize(
    ("rows", "problem"),
    [
        ("a.mp4,1\na.mp4,0\n", "there is a second video of the name a"),
        ("../a.mp4,1\n", "'../a.mp4' is no video in its folder"),
        ("a,1\n", "'a' is no video in its folder"),
    ],
)
def test_wrong_rows_are_named(tmp_path, rows, problem):
    with pytest.raises(PreparationError) as caught:
        read_labels(written(tmp_path, f"filename,label\n{rows}"))
    assert str(caught.value).startswith(str(tmp_path))
    assert problem in str(caught.value)
