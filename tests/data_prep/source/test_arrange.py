from collections import Counter

import pytest

from data_prep.source.arrange import arrange
from data_prep.source.layout import LayoutError


def by_key(layout):
    return {entry.key: entry for entry in layout.entries}


def flat(splits, labels=("real", "fake"), count=1):
    return [
        f"{split}/{label}/{number}.jpg"
        for split in splits
        for label in labels
        for number in range(count)
    ]


@pytest.mark.parametrize(
    "splits",
    [
        ("train", "val", "test"),
        ("Train", "Validation", "Test"),
        ("TRAINING", "VALID", "TESTING"),
        ("train", "dev", "test"),
    ],
)
@pytest.mark.parametrize("labels", [("real", "fake"), ("Real", "Fake"), ("REAL", "Deepfake")])
def test_given_splits_in_any_case(splits, labels):
    layout = arrange(flat(splits, labels))
    assert layout.notes == layout.warnings == ()
    found = {(entry.split, entry.label): entry for entry in layout.entries}
    assert len(found) == 6
    key = f"{splits[1]}/{labels[1]}/0.jpg"
    fake = found["validation", 1]
    assert (fake.path, fake.key, fake.group, fake.video, fake.frame) == (key, key, key, key, 0)


def test_classes_above_splits():
    layout = arrange(["real/train/1.jpg", "real/val/1.jpg", "fake/test/1.jpg"])
    assert [(entry.split, entry.label) for entry in layout.entries] == [
        ("test", 1),
        ("train", 0),
        ("validation", 0),
    ]


def test_plain_classes_keep_stems_together():
    names = [f"{label}/{number:03}.jpg" for label in ("real", "fake") for number in range(100)]
    layout = arrange([*names, "fake/007.png"])
    entries = by_key(layout)
    assert entries["real/007.jpg"].group == entries["fake/007.jpg"].group == "007"
    splits = {entry.split for key, entry in entries.items() if key.split("/")[1].startswith("007.")}
    assert len(splits) == 1
    assert Counter(entry.split for entry in layout.entries if entry.label == 0) == {
        "train": 80,
        "validation": 10,
        "test": 10,
    }
    assert layout.notes == (
        "splits made from train by the salted hash of the group: 10% for validation and 10% "
        "for test",
    )


def test_video_folders_are_group_and_video():
    names = [
        f"{label}/{video}/{frame}.png"
        for label in ("real", "fake")
        for video in ("000", "001", "002", "003")
        for frame in (1, 2, 10)
    ]
    layout = arrange(names)
    entry = by_key(layout)["fake/001/10.png"]
    assert (entry.group, entry.video, entry.frame) == ("001", "fake/001", 10)
    groups = {(entry.group, entry.split) for entry in layout.entries}
    assert len(groups) == 4
    assert {split for _, split in groups} == {"train", "validation", "test"}


def test_video_folders_in_given_splits():
    layout = arrange(
        ["train/real/v1/1.png", "train/fake/v1/1.png", "val/real/v2/1.png", "test/real/v1/1.png"]
    )
    assert [(entry.split, entry.group, entry.video) for entry in layout.entries] == [
        ("test", "v1", "real/v1"),
        ("train", "v1", "fake/v1"),
        ("train", "v1", "real/v1"),
        ("validation", "v2", "real/v2"),
    ]


def test_missing_validation_is_made_from_train_by_stem():
    layout = arrange(flat(("train", "test"), count=40))
    assert Counter((entry.split, entry.label) for entry in layout.entries) == {
        ("train", 0): 36,
        ("train", 1): 36,
        ("validation", 0): 4,
        ("validation", 1): 4,
        ("test", 0): 40,
        ("test", 1): 40,
    }
    assert layout.notes == (
        "splits made from train by the salted hash of the group: 10% for validation",
    )
    entries = by_key(layout)
    assert entries["train/real/3.jpg"].group == entries["train/fake/3.jpg"].group == "train/3"
    assert entries["train/real/3.jpg"].split == entries["train/fake/3.jpg"].split
    assert entries["test/real/3.jpg"].group == "test/real/3.jpg"


def test_missing_test_is_made_from_train():
    layout = arrange(flat(("train", "val"), count=20))
    assert Counter(entry.split for entry in layout.entries) == {
        "train": 36,
        "validation": 40,
        "test": 4,
    }


def test_train_only_makes_both():
    layout = arrange(flat(("train",), count=20))
    assert Counter(entry.split for entry in layout.entries) == {
        "train": 32,
        "validation": 4,
        "test": 4,
    }


def test_single_wrapping_folders_leave_no_trace_in_the_keys():
    names = flat(("Train", "Val", "Test"))
    wrapped = arrange([f"archive/Dataset/{name}" for name in names])
    assert by_key(wrapped).keys() == by_key(arrange(names)).keys()
    assert wrapped.entries[0].path == f"archive/Dataset/{wrapped.entries[0].key}"


def test_pictures_outside_the_classes_are_counted_and_warned_of():
    names = flat(("train", "val", "test"))
    layout = arrange([*names, "preview.jpg", "train/unlabelled/1.jpg", "Test-Dev/1.jpg"])
    assert len(layout.entries) == 6
    assert layout.ignored == {"picture outside the classes": 3}
    (warning,) = layout.warnings
    assert "3 pictures lie outside" in warning


def test_a_picture_beside_a_wrapping_folder_is_outside():
    layout = arrange(["preview.jpg", *(f"Dataset/{name}" for name in flat(("train",), count=9))])
    assert layout.ignored == {"picture outside the classes": 1}


@pytest.mark.parametrize(
    ("names", "text"),
    [
        (["a/1.jpg", "b/1.jpg"], "at the top are: a, b"),
        (["1.jpg", "2.jpg"], "such as 1.jpg, 2.jpg have no label: put them into a folder real or"),
        (["train/1.jpg"], "no folder of a class"),
        (["real/a/b/1.jpg", "fake/1.jpg"], "real/a/b/1.jpg lies 2 folders below its class"),
        (flat(("train", "val", "valid", "test")), "stand for the split validation: val, valid"),
        (flat(("train", "Train", "test")), "stand for the split train: Train, train"),
        (["train/real/1.jpg", "fake/1.jpg"], "for example fake/1.jpg"),
        # no known split: half of the set, which must not be left out
        (flat(("train_test", "validation")), "not understood: train_test; rename each of these to"),
        (flat(("train", "eval", "holdout"), ("df", "real")), "not understood: eval, holdout;"),
        (flat(("train_set", "test_set")), "not understood: test_set, train_set;"),
        (flat(("a/train", "a/eval"), ("real", "F2F")), "not understood: eval;"),
        ([*flat(("train",)), "train/part2/real/1.jpg"], "not understood: train/part2;"),
        (["real/1.jpg", "fake/1.jpg", "more/Deepfakes/1.jpg"], "not understood: more;"),
    ],
)
def test_what_is_refused(names, text):
    with pytest.raises(LayoutError, match=text):
        arrange(names)


def test_names_that_are_not_utf8_become_text():
    name = b"train/real/\xff.jpg".decode("utf-8", "surrogateescape")
    layout = arrange([name, "train/fake/a.jpg", "val/real/a.jpg", "test/real/a.jpg"])
    odd = next(entry for entry in layout.entries if entry.path == name)
    assert odd.key == "train/real/\\xff.jpg"


def test_a_wrapping_folder_named_like_a_class_is_looked_through():
    names = flat(("Train", "Val", "Test"), ("Real", "Fake"))
    layout = arrange([f"deepfake/{name}" for name in names])
    assert by_key(layout).keys() == set(names)
    assert Counter(entry.label for entry in layout.entries) == {0: 3, 1: 3}


@pytest.mark.parametrize(
    ("names", "empty", "text"),
    [
        (
            flat(("Train",)),
            ["Test", "Test/Fake", "Test/Real"],
            "the split test is empty: Test holds no pictures .*put pictures there, or remove the "
            "folder to have a test split made from train",
        ),
        (flat(("a/b/Train",)), ["a/b/VAL", "a/c"], "split validation is empty: a/b/VAL holds"),
        (flat(("a/Train",)), ["Testing"], "the split test is empty: Testing holds"),
        (["real/1.jpg", "fake/1.jpg"], ["train"], "split train is empty: train .* the folder$"),
        (["real/train/1.jpg", "fake/train/1.jpg"], ["real/Test"], "empty: real/Test holds"),
        (
            [*flat(("train",)), "test/unlabelled/1.jpg"],
            [],
            "the split test is empty: test holds no pictures in folders of the classes",
        ),
    ],
)
def test_an_empty_split_is_not_made_from_train(names, empty, text):
    with pytest.raises(LayoutError, match=text):
        arrange(names, empty)


def test_empty_folders_that_are_no_empty_splits():
    names = flat(("a/train", "a/validation", "a/test"))
    empty = ["a/val", "a/test/real/test", "a/other/test", "b/train", "a/train/dev", "notes"]
    assert arrange(names, empty) == arrange(names)
    without_test = flat(("a/train",))
    others = ["b/test", "a/other/test", "a/train/real/test", "notes"]
    assert arrange(without_test, others) == arrange(without_test)


@pytest.mark.parametrize(
    ("given", "made"),
    [
        ((), ("train", "validation", "test")),
        (("train",), ("train", "validation", "test")),
        (("train", "test"), ("train", "validation")),
        (("train", "validation", "test"), ()),
    ],
)
def test_the_splits_made_here_are_named(given, made):
    folders = [f"{split}/" for split in given] or [""]
    paths = [f"{folder}{label}/{n}.png" for folder in folders for label in ("real", "fake")
             for n in range(9)]  # fmt: skip
    layout = arrange(paths)
    assert layout.made_splits == made
    assert {entry.split for entry in layout.entries} == {"train", "validation", "test"}


def test_masks_are_no_pictures():
    paths = [f"{label}/{kind}/v{n}/1.png" for label in ("real", "fake") for n in range(9)
             for kind in ("frames", "masks")]  # fmt: skip
    layout = arrange(paths)
    assert {entry.video for entry in layout.entries} == {
        f"{label}/v{n}" for label in ("real", "fake") for n in range(9)
    }
    assert layout.ignored == {"picture in folders of masks": 18}
    # Unless nothing else is there.
    only = [f"masks/{label}/{n}.png" for label in ("real", "fake") for n in range(9)]
    assert len(arrange(only).entries) == 18
