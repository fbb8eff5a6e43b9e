"""Files of scores as people write them."""

import pytest

from experiments.auditing import reading
from experiments.auditing.reading import read_table

PLAIN = "path,label,score\na,0,0.25\nb,1,0.75\n"


def table(folder, content, **options):
    path = folder / "s.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_table(path, {}, **options)


@pytest.mark.parametrize(
    "content",
    [
        PLAIN,
        "\ufeff" + PLAIN,
        PLAIN.replace("\n", "\r\n"),
        PLAIN.replace("\n", "\r"),
        PLAIN.replace(",", "\t"),
        PLAIN.replace(",", ";").replace(".", ","),
        PLAIN.replace(",", ", ") + "\n,,\n",
        PLAIN.replace("a,0", '"a",real').replace("b,1", '"b",Fake'),
        PLAIN.replace("a,0", "a,0.000e+00").replace("b,1", "b,1.000e+00"),
        PLAIN.replace("a,0", "a,0.0").replace("b,1", "b,+1"),
        PLAIN.replace("\n", ",\n"),
        PLAIN.replace("a,0", "a,False").replace("b,1", "b,TRUE"),
        PLAIN.replace("b,1", "b,Deepfakes").replace("a,0", "a,original"),
    ],
    ids=[
        "plain",
        "mark",
        "crlf",
        "cr",
        "tabs",
        "semicolons",
        "spaces",
        "words",
        "savetxt",
        "floats",
        "end",
        "truth",
        "method",
    ],
)
def test_one_table_in_all_its_forms(tmp_path, content):
    read = table(tmp_path, content)
    assert read.labels.tolist() == [0, 1]
    assert read.scores.tolist() == [0.25, 0.75]
    assert read.rows.tolist() == [2, 3]
    assert read.names["path"] == ["a", "b"]


def test_which_number_is_fake(tmp_path):
    assert table(tmp_path, PLAIN, fake_label=0).labels.tolist() == [1, 0]
    assert table(tmp_path, PLAIN.replace("label", "is_real")).labels.tolist() == [1, 0]
    twos = PLAIN.replace("a,0", "a,1").replace("b,1", "b,2")
    assert table(tmp_path, twos, fake_label=2).labels.tolist() == [0, 1]
    # Of is_real 0 is fake, whether it is said again or not.
    real = PLAIN.replace("label", "is_real")
    assert table(tmp_path, real, fake_label=0).labels.tolist() == [1, 0]
    # Words mean what they say.
    assert table(tmp_path, PLAIN.replace("b,1", "b,fake"), fake_label=1).worded


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (PLAIN + "c,1,nan\nd,1,\n", r"2 rows have no finite number as the score: row 4 \('nan'\), "
         r"row 5 \(empty\)"),
        (PLAIN + "c,1,inf\n", r"1 row has no finite number as the score: row 4 \('inf'\)"),
        (PLAIN + "c,maybe,0.5\n", r"no label that is known: row 4 \('maybe'\)"),
        (PLAIN + "c,7,0.5\n", r"no label that is known: row 4 \('7'\)"),
        (PLAIN + "c,-1,0.5\n", "the labels are 3 numbers, -1, 0, 1, and two are understood"),
        ("label,path,score\n0,a,7,0.25\n", r"1 row has more cells .* row 2 \('0,a,7,0.25'\)"),
        (PLAIN + "c,1\n", r"1 row has fewer cells than the first row names: row 4"),
        ("path,label,score\n", "holds no rows"),
        ("", "is empty"),
        (PLAIN.encode("utf-16"), "not UTF-8"),
    ],
    ids=["nan", "inf", "word", "number", "three", "long", "short", "rows", "empty", "utf16"],
)  # fmt: skip
def test_what_cannot_be_read_is_said_with_its_row(tmp_path, content, message):
    with pytest.raises(ValueError, match=message):
        table(tmp_path, content)


def test_a_column_of_videos_names_videos_whatever_it_is_called(tmp_path):
    clips = "filename,label,score\na.mp4,0,0.25\nb.MP4,1,0.75\n"
    read = table(tmp_path, clips)
    assert read.names == {"video": ["a.mp4", "b.MP4"]}
    assert read.columns["video"] == "filename"
    assert "path" in table(tmp_path, clips.replace("b.MP4", "b.png")).names


def test_what_a_label_could_also_be_taken_from_is_kept(tmp_path):
    two = "path,label,y_true,real_prob,fake_prob\na,0,1,0.25,0.75\n"
    assert table(tmp_path, two).passed_over == {"label": ["y_true"]}
    path = tmp_path / "s.csv"
    assert read_table(path, {"label": "y_true"}).passed_over == {}


def test_no_file(tmp_path):
    with pytest.raises(FileNotFoundError, match="no such file of scores"):
        read_table(tmp_path / "none.csv", {})


def test_a_file_that_is_too_large(tmp_path, monkeypatch):
    (tmp_path / "a.csv").write_text("label,score\n0,0.5\n")
    monkeypatch.setattr(reading, "TEXT_BYTES", 17)
    with pytest.raises(ValueError, match=r"a\.csv has 18 bytes; at most 17 are read of it"):
        read_table(tmp_path / "a.csv", {})
