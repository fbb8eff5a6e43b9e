"""Test sets, labels and metadata side by side, and the preview, as they lie on a disk."""

import json

import pytest

from data_prep.checks.complete import PreparationError
from data_prep.dfdc import open_dfdc

REAL = {"label": "REAL", "split": "train"}


@pytest.fixture
def fill(tmp_path):
    """Writes files that only look like videos, and text or JSON; returns the resolved root."""
    root = tmp_path.resolve() / "root"

    def write(files):
        for name, content in files.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            text = content if isinstance(content, str) else json.dumps(content)
            (root / name).write_text(text)
        return root

    return write


def trained(number):
    """A part of originals with a forgery each."""
    files, described = {}, {}
    for n in range(number):
        described |= {
            f"r{n}.mp4": REAL,
            f"f{n}.mp4": {"label": "FAKE", "split": "train", "original": f"r{n}.mp4"},
        }
    files |= {f"train/dfdc_train_part_0/{name}": "x" for name in described}
    return files | {"train/dfdc_train_part_0/metadata.json": described}


def public_test(folder):
    files = {f"{folder}/{name}.mp4": "x" for name in ("t", "u")}
    described = {
        "t.mp4": {"is_fake": 0, "augmentations": {}},
        "u.mp4": {"is_fake": 1, "augmentations": {"blur": 1}},
    }
    return files | {f"{folder}/metadata.json": described}


def test_train_parts_and_the_public_test_are_one_set(fill):
    labels = "filename,label\nt.mp4,0\nu.mp4,1\n"
    found = open_dfdc(fill(trained(20) | public_test("test") | {"test/labels.csv": labels}))
    test = {one.video: one for one in found.videos if one.split == "test"}
    assert list(test) == ["test/t", "test/u"]
    assert [(one.label, one.group, one.boxes_of) for one in test.values()] == [
        (0, "t", ("test/t",)),
        (1, "u", ("test/u",)),
    ]
    splits = [one.split for one in found.videos if one.label == 1]
    assert [splits.count(split) for split in ("train", "validation", "test")] == [18, 2, 1]
    assert (found.made_splits, found.methods) == (("train", "validation"), ("real", "fake"))
    assert found.ignored == {}
    assert found.notes == (
        "splits made from train by the salted hash of the original: 10% for validation",
        "the originals of 1 forgeries are not known: each of these videos is a group of its own, "
        "and several groups may show one person or scene",
        "1 of the 42 videos are augmented, as their metadata say: blur 1",
    )
    assert [file.name for file in found.files] == [
        "test/metadata.json",
        "test/labels.csv",
        "train/dfdc_train_part_0/metadata.json",
    ]


@pytest.mark.parametrize(("real", "fake"), [(0, 1), (1, 0)])
def test_folders_and_names_of_classes_are_heard(fill, real, fake):
    files = {"real/labels.csv": f"filename,label\nreal1.mp4,{real}\n", "real/real1.mp4": "x"}
    files |= {"fake/labels.csv": f"filename,label\nfake1.mp4,{fake}\n", "fake/fake1.mp4": "x"}
    if real:
        with pytest.raises(PreparationError, match=r"2 labels are contradicted.*\n  fake/fake1"):
            open_dfdc(fill(files))
        return
    found = open_dfdc(fill(files))
    assert [video.label for video in found.videos] == [0, 1]
    assert found.notes[1] == "in labels.csv 1 is fake, as in DFDC's own"


def test_a_folder_of_validation(fill):
    files = {"validation/labels.csv": "filename,label\nv.mp4,1\n", "validation/v.mp4": "x"}
    found = open_dfdc(fill(trained(3) | public_test("test") | files))
    assert [one.video for one in found.videos if one.split == "validation"] == ["validation/v"]
    assert found.made_splits == ()
    assert found.notes[0].startswith("splits as metadata and folders say; a test set")


def test_forgeries_that_are_divided_without_their_originals(fill):
    rows = "".join(f"f{n}.mp4,1\nr{n}.mp4,0\n" for n in range(9))
    videos = {f"train/{kind}{n}.mp4": "x" for kind in "fr" for n in range(9)}
    found = open_dfdc(fill(videos | {"train/labels.csv": f"filename,label\n{rows}"}))
    assert found.made_splits == ("train", "validation", "test")
    assert found.leaks == (
        "9 forgeries without a known original were divided into train, validation, test: they and "
        "their originals may have come into different splits",
    )
    # The test that a release gives is not divided here.
    (leak,) = open_dfdc(fill(public_test("test"))).leaks
    assert leak.startswith("9 forgeries without a known original were divided into train, valid")


def test_a_test_set_alone(fill):
    found = open_dfdc(fill(public_test(".")))
    assert {(one.video, one.split) for one in found.videos} == {("t", "test"), ("u", "test")}
    assert found.made_splits == ()
    assert found.notes[0].startswith("splits as metadata and folders say; a test set")


def test_a_test_set_of_one_class(fill):
    root = fill(
        {"labels.csv": "filename,label\nt.mp4,1\n", "videos/t.mp4": "x", "videos/s.mp4": ""}
    )
    found = open_dfdc(root)
    assert [(one.video, one.file.name) for one in found.videos] == [("t", "./videos/t.mp4")]
    assert found.ignored == {"video without metadata": 1}


def test_metadata_and_labels_that_contradict_each_other(fill):
    root = fill(public_test("test") | {"test/labels.csv": "filename,label\nt.mp4,1\nu.mp4,0\n"})
    with pytest.raises(PreparationError) as caught:
        open_dfdc(root)
    assert str(caught.value) == (
        f"{root / 'test/labels.csv'}: 2 labels are contradicted (1 is fake there); mend them:\n"
        "  t is said to be fake, but another file beside says real\n"
        "  u is said to be real, but another file beside says fake"
    )


def test_an_original_that_is_a_forgery(fill):
    files = trained(3)
    files["train/dfdc_train_part_0/metadata.json"]["f2.mp4"]["original"] = "f1.mp4"
    with pytest.raises(PreparationError, match="f1, the original of f2, is said to be real, but"):
        open_dfdc(fill(files))


def preview(number):
    described = {}
    for n in range(number):
        people = {"target_id": str(n), "swapped_id": str(number - n)}
        split = "test" if n % 4 == 3 else "train"
        described[f"original_videos/{n}/{n}_A_001.mp4"] = people | {
            "label": "real", "set": split, "swapped_id": None, "augmentations": [],
        }  # fmt: skip
        for method in "AB":
            described[f"method_{method}/{n}/{n}_A/{number - n}_{n}_A_001.mp4"] = people | {
                "label": "fake", "set": split, "augmentations": [],
            }  # fmt: skip
    return dict.fromkeys(described, "x") | {"dataset.json": described}


def test_the_preview(fill):
    root = fill(preview(16) | {"method_A/notes.txt": "x", "method_A/1/1_A/more.mp4": "x"})
    found = open_dfdc(root)
    assert found.methods == ("real", "method_A", "method_B")
    forged = next(one for one in found.videos if one.video == "method_B/3/3_A/13_3_A_001")
    assert (forged.method, forged.group, forged.split) == ("method_B", "3", "test")
    assert forged.boxes_of == (forged.video,)
    assert forged.file.name == "method_B/3/3_A/13_3_A_001.mp4"
    groups = {}
    for one in found.videos:
        groups.setdefault(one.group, set()).add(one.split)
    assert sorted(map(tuple, groups.values())).count(("validation",)) == 1
    assert {len(splits) for splits in groups.values()} == {1}
    assert found.notes == (
        "splits made from train by the salted hash of the target person: 10% for validation; the "
        "faces that were swapped in may stand in several splits",
    )
    assert found.leaks[0].startswith("8 identities of the official test (1, 11, 13, 15, 3, ...), ")
    assert found.ignored == {"video without metadata": 1}
