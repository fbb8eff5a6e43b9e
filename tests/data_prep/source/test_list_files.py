"""Lists that make a set together, and lists without columns."""

import pytest

from data_prep.folder import open_pictures
from data_prep.source.list_files import ManifestError, lists_beside, read_list_name
from data_prep.source.manifest import arrange_rows, read_manifest


@pytest.fixture
def write(tmp_path):
    def write_lists(**texts):
        for name, text in texts.items():
            path = tmp_path / name.replace("__", ".")
            path.write_text("\n".join(text) + "\n")
        return tmp_path

    return write_lists


def entries(path):
    return {entry.key: entry for entry in arrange_rows(read_manifest(path)).entries}


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("train.csv", ("", "train", "")),
        ("valid.csv", ("", "validation", "")),
        ("real.txt", ("real", "", "")),
        ("F2F.txt", ("fake", "", "Face2Face")),
        ("train_fake.txt", ("fake", "train", "")),
        ("labels.csv", ("", "", "")),
    ],
)
def test_names(tmp_path, name, says):
    assert read_list_name(tmp_path / name) == says


def test_lists_of_splits_are_read_together(write):
    header = "label,label_str,path"
    folder = write(
        train__csv=[header, "1,real,a.jpg", "0,fake,b.jpg"],
        valid__csv=[header, "1,real,c.jpg", "0,fake,d.jpg"],
        test__csv=[header, "1,real,e.jpg", "0,fake,f.jpg"],
        other__csv=["x"],
    )
    read = entries(folder / "valid.csv")
    assert {key: (entry.split, entry.label) for key, entry in read.items()} == {
        "a.jpg": ("train", 0),
        "b.jpg": ("train", 1),
        "c.jpg": ("validation", 0),
        "d.jpg": ("validation", 1),
        "e.jpg": ("test", 0),
        "f.jpg": ("test", 1),
    }


def test_a_list_whose_name_says_nothing_is_not_passed_over_in_silence(write):
    rows = ["label,path", "0,a.jpg", "1,b.jpg"]
    folder = write(train__csv=rows, eval__csv=rows, notes__txt=["x"])
    assert read_manifest(folder / "train.csv").notes[-1] == (
        "lists whose names say neither a class nor a split were not read: eval.csv"
    )
    assert not any("not read" in note for note in read_manifest(folder / "eval.csv").notes)


def test_a_list_without_labels_beside_it_is_named(write):
    folder = write(train__csv=["label,path", "0,a.jpg", "1,b.jpg"], test__csv=["path", "c.jpg"])
    manifest = read_manifest(folder / "train.csv")
    assert [row.path for row in manifest.rows] == ["a.jpg", "b.jpg"]
    assert manifest.notes[-1] == "lists without labels were not read: test.csv"
    with pytest.raises(ManifestError, match=r"test\.csv lacks the column label"):
        read_manifest(folder / "test.csv")


def test_a_folder_of_lists(write, fill):
    fill("a.png", "b.png", "c.png", folder="images")
    header = "filename,label"
    folder = write(
        train__csv=[header, "images/a.png,0", "images/b.png,1"],
        test__csv=[header, "images/c.png,0"],
    )
    read = open_pictures(folder).arrange().entries
    assert [(entry.key, entry.split) for entry in read if entry.split == "test"] == [
        ("images/c.png", "test")
    ]


def test_folders_of_classes_come_before_lists(write, fill):
    fill("real/a.png", "fake/b.png", folder="")
    folder = write(train__csv=["label,path", "0,real/a.png"])
    arranged = open_pictures(folder)
    assert (arranged.name, arranged.fingerprint) == (
        folder.name,
        open_pictures(folder).fingerprint,
    )
    assert {entry.label for entry in arranged.arrange().entries} == {0, 1}


def test_lists_of_paths_by_method(write):
    folder = write(
        real__txt=[f"FF/real/{v}/{n}.png" for v in ("000", "001") for n in range(2)],
        DF__txt=[f"FF\\DF\\{v}\\c23\\{n}.png" for v in ("000", "001") for n in range(2)],
        NT__txt=["FF/NT/000/0.png", "FF/NT/001/0.png"],
        notes__txt=["of no use"],
    )
    read = entries(folder / "DF.txt")
    assert len(read) == 10
    forged = read["FF/DF/001/c23/1.png"]
    assert (forged.label, forged.method, forged.video) == (1, "Deepfakes", "Deepfakes/001")
    assert (forged.group, forged.frame, forged.compression) == ("001", 1, "c23")
    real = read["FF/real/001/0.png"]
    assert (real.label, real.method, real.video, real.group) == (0, "", "real/001", "001")


def test_lists_of_paths_and_labels(write):
    folder = write(
        train__txt=["a.jpg 0", "b 1.jpg, fake", "", "c.jpg\t1", "d.jpg 0"],
        val__txt=["f.jpg 0"],
        test__txt=["e.jpg 1"],
    )
    read = entries(folder / "train.txt")
    assert {key: (entry.split, entry.label) for key, entry in read.items()} == {
        "a.jpg": ("train", 0),
        "b 1.jpg": ("train", 1),
        "c.jpg": ("train", 1),
        "d.jpg": ("train", 0),
        "f.jpg": ("validation", 0),
        "e.jpg": ("test", 1),
    }


@pytest.mark.parametrize(
    ("texts", "text"),
    [
        ({"real__txt": ["FF/DF/0.png"], "DF__txt": ["FF/real/0.png"]}, "folder DF says fake"),
        ({"F2F__txt": ["FF/NT/0.png"]}, "folder of NeuralTextures, and the list is Face2Face's"),
        ({"train__txt": ["a.jpg"]}, "train.txt, line 1: no label, and the name of the list says"),
        ({"val__txt": ["a 0"], "valid__txt": ["b 0"]}, "stand for the same pictures"),
        ({"train__txt": ["a.jpg 0"], "test__txt": ["a.jpg 0"]}, "stands in .*test.txt, line 1 al"),
    ],
)
def test_what_is_refused(write, texts, text):
    folder = write(**texts)
    with pytest.raises(ManifestError, match=text):
        read_manifest(folder / next(iter(texts)).replace("__", "."))


def test_a_list_whose_name_says_nothing_stands_alone(write):
    folder = write(faces__csv=["x"], train__csv=["x"])
    assert lists_beside(folder / "faces.csv") == [folder / "faces.csv"]
