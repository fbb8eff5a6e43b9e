"""A label against everything that speaks of it: words, folders, names, methods."""

import pytest

from data_prep.source.arrange import arrange
from data_prep.source.label_evidence import folder_label, name_label
from data_prep.source.layout import LayoutError
from data_prep.source.list_files import ManifestError
from data_prep.source.manifest import read_manifest, stat_files


@pytest.fixture
def read(tmp_path):
    def read_text(text):
        path = tmp_path / "manifest.csv"
        path.write_text(text)
        return read_manifest(path)

    return read_text


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("train/real", (0, "real")),
        ("deepfake/train/0_real", (0, "0_real")),
        ("fake/v1", (1, "fake")),
        ("FF/Face2Face/000_003", None),
        ("Deepfakes/original/000", (0, "original")),
        ("real/Deepfakes", (0, "real")),
        ("Celeb-real", (0, "Celeb-real")),
        ("images", None),
        ("", None),
    ],
)
def test_folders(path, says):
    assert folder_label(path) == says


@pytest.mark.parametrize(
    ("name", "label"),
    [("a/real_12.jpg", 0), ("Fake 3.png", 1), ("fake7.png", 1), ("realclip7.jpg", None)],
)
def test_names(name, label):
    assert name_label(name) == label


def rows(*labels_and_paths, header="label,path"):
    return "\n".join([header, *labels_and_paths])


def test_words_beside_the_numbers_decide(read):
    kaggle = ",original_path,id,label,label_str,path"
    lines = [f"{n},/x/{n}.jpg,{n},{int(n < 2)},{('fake', 'real')[n < 2]},{n}.jpg" for n in range(4)]
    manifest = read(rows(*lines, header=kaggle))
    assert [row.label for row in manifest.rows] == [0, 0, 1, 1]
    assert manifest.notes == (
        "in this list 1 is real and 0 is fake: the words beside the numbers say so",
        "columns that are not used: id, original_path",
    )


def test_numbers_alone_are_said_to_be_assumed(read):
    assert "0 was read as real, 1 as fake" in read(rows("1,a.jpg", "0,b.jpg")).notes[0]
    assert read(rows("1,fake/a.jpg", "0,real/b.jpg")).notes == ()
    assert read(rows("1,fake_1.jpg", "0,real_1.jpg")).notes == ()
    assert read(rows("1,a.jpg,NT", "0,b.jpg,", header="label,path,method")).notes == ()
    assert read(rows("FAKE,a.jpg", "Real,b.jpg")).notes == ()


def test_one_as_real_changes_what_the_set_is_found_by(read):
    for words, marked in ((("real", "fake"), False), (("fake", "real"), True)):
        lines = [f"{n},{word},{n}.jpg" for n, word in enumerate(words)]
        listed = stat_files(read(rows(*lines, header="label,label_str,path")))
        assert (listed[1].name == "1 is real") is marked


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        (
            [f"{int(name == 'real')},{name}/{n}.jpg" for name in ("real", "fake") for n in (1, 2)],
            r"^4 of 4 labels are contradicted; if 1 is real in this list, write the words real and "
            r"fake in place of the numbers; .*\n  \S*manifest.csv, line 2: real/1.jpg: label 1 "
            r"says fake, but its folder real says real\n.*line 3.*\n.*line 4.*\n  and 1 more$",
        ),
        (["0,real/1.jpg", "1,fake/1.jpg", "1,real/2.jpg"], r"^1 of 3 .*\n.*line 4: real/2.jpg: "),
        (["1,real/1.jpg"], "^1 of 1 labels"),
        (["0,fake_3.jpg", "1,real_4.jpg"], "line 2: fake_3.jpg: label 0 says real, but its name"),
        (["0,NT/v/1.jpg", "1,real/v/1.jpg"], "folder NT says fake"),
    ],
)
def test_folders_and_names_that_contradict(read, lines, text):
    with pytest.raises(ManifestError, match=text):
        read(rows(*lines))


@pytest.mark.parametrize(
    "lines",
    [
        ["0,deepfake/1.jpg", "1,deepfake/2.jpg"],  # all of it lies below one name
        ["0,a/real_1.jpg", "1,b/real_1.jpg"],  # forgeries called as their originals
        ["0,Celeb-DF/1.jpg", "1,Celeb-DF/2.jpg", "0,real/3.jpg", "1,fake/4.jpg"],  # a set's name
    ],
)
def test_what_is_the_same_in_both_classes_says_nothing(read, lines):
    assert [row.label for row in read(rows(*lines)).rows] == [int(line[0]) for line in lines]


def test_words_that_contradict_numbers_or_words(read):
    lines = ["1,fake,1.jpg", "0,real,2.jpg", "1,real,3.jpg"]
    with pytest.raises(ManifestError, match=r"in 1 lines label and label_str .*\n.*line 4: 3.jpg"):
        read(rows(*lines, header="label,label_str,path"))
    with pytest.raises(ManifestError, match="line 2: a: label real, class fake"):
        read(rows("real,fake,a", header="label,class,path"))


def test_two_columns_of_numbers_must_agree(read):
    header = "label,class,path"
    assert len(read(rows("0,0,1.jpg", "1,1,2.jpg", header=header)).rows) == 2
    with pytest.raises(ManifestError, match=r"in 2 lines label and class contradict"):
        read(rows("0,1,1.jpg", "1,0,2.jpg", header=header))
    # Numbers of something else, and words beside numbers of another convention, say nothing.
    assert [row.label for row in read(rows("0,7,1.jpg", "1,0,2.jpg", header=header)).rows] == [0, 1]
    assert [
        row.label for row in read(rows("real,1,1.jpg", "fake,0,2.jpg", header=header)).rows
    ] == [
        0,
        1,
    ]


def test_a_method_that_contradicts(read):
    for line, text in (("0,1.jpg,NT", "method NT says fake"), ("1,1.jpg,real", "real says real")):
        with pytest.raises(ManifestError, match=text):
            read(rows(line, header="label,path,method"))


def test_pictures_named_for_the_other_class():
    text = (
        "3 pictures are named for the other class than their folder; move or rename them:\n"
        "  Train/Fake/real_1.jpg: its class's folder says fake, but its name says real\n"
    )
    swapped = ["Train/Fake/real_1.jpg", "Train/Real/fake_1.jpg", "Train/Real/fake_2.jpg"]
    with pytest.raises(LayoutError, match=text):
        arrange([*swapped, "Train/Real/real_3.jpg", "Train/Fake/fake_4.jpg"])
    paired = [f"{name}/real_{n}.jpg" for name in ("real", "fake") for n in range(9)]
    assert len(arrange(paired).entries) == 18
