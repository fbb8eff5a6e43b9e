import pytest

from data_prep.checks.complete import PreparationError
from data_prep.videos.label_rows import read_label_rows, refuse_contradictions


def written(tmp_path, text):
    path = tmp_path / "labels.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_rows(tmp_path):
    text = '\ufefffilename,label,x\r\na.mp4,1,x\r\nb.mp4, Real ,\r\n"c,d.mp4",0,\r\ne.mp4,FAKE'
    assert read_label_rows(written(tmp_path, text)) == [
        (2, "a.mp4", 1, ""),
        (3, "b.mp4", 0, ""),
        (4, "c,d.mp4", 0, ""),
        (5, "e.mp4", 1, ""),
    ]
    text = "Video, is_fake, label, set\na.mp4,1,FAKE,Val\nb.mp4,0,real,\n"
    rows = [(2, "a.mp4", 1, "validation"), (3, "b.mp4", 0, "")]
    assert read_label_rows(written(tmp_path, text)) == rows


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", r"names? filename,label .* it has: nothing"),
        ("a.mp4,1\nb.mp4,0\n", r"first line must name filename,label .* it has: a\.mp4, 1"),
        ("filename\na.mp4\n", "lacks a column"),
        ("filename,label\n", "lists no videos"),
        ("filename,label\na.mp4,2\n", "line 2: label '2' is not one of 0"),
        ("filename,label\na.mp4\n", "line 2: label '' is not one of 0"),
        (
            "filename,label,is_fake\na.mp4,real,1\n",
            "line 2: label 'real' and is_fake '1' is not one",
        ),
        ("filename,label,split\na.mp4,1,all\n", "line 2: the split 'all' is none of train"),
        (b"filename,label\n\xff,1\n", "is not UTF-8"),
    ],
)
def test_wrong_files(tmp_path, text, problem):
    with pytest.raises(PreparationError, match=problem):
        read_label_rows(written(tmp_path, text))


@pytest.mark.parametrize(
    ("number", "shown"),
    [(1, ["a0"]), (3, ["a0", "a1", "a2"]), (5, ["a0", "a1", "a2", "and 2 more"])],
)
def test_three_contradictions_are_shown(tmp_path, number, shown):
    with pytest.raises(PreparationError) as caught:
        refuse_contradictions(tmp_path, [f"a{n}" for n in range(number)], "0 is real")
    first, *lines = str(caught.value).split("\n  ")
    assert first == f"{tmp_path}: {number} labels are contradicted (0 is real there); mend them:"
    assert lines == shown


def test_no_contradiction(tmp_path):
    refuse_contradictions(tmp_path, [], "0 is real")
