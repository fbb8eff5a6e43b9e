import json
import os
from collections import Counter

import pytest

from data_prep.checks.complete import PreparationError
from data_prep.dfdc import open_dfdc

REAL = {"label": "REAL", "split": "train"}


def fake(original, split="train"):
    return {"label": "FAKE", "split": split, "original": f"{original}.mp4"}


@pytest.fixture
def fill(tmp_path):
    """Writes a part: files that only look like videos, and their metadata; returns the root."""
    root = tmp_path.resolve() / "root"

    def write(part, described, files=None):
        folder = root / part
        folder.mkdir(parents=True, exist_ok=True)
        for name in described if files is None else files:
            (folder / f"{name}.mp4").write_text("x")
        content = {f"{name}.mp4": entry for name, entry in described.items()}
        (folder / "metadata.json").write_text(json.dumps(content))
        return root

    return write


def test_the_splits_are_made_by_original(fill):
    described = {}
    for number in range(30):
        described |= {f"r{number}": REAL, f"f{number}": fake(f"r{number}")}
    root = fill("dfdc_train_part_0", described)
    fill("dfdc_train_part_1", {"other": REAL, "forged": fake("other")})
    (root / "face_boxes.json").write_text("{}")
    found = open_dfdc(root)
    splits = {}
    for video in found.videos:
        splits.setdefault(video.group, set()).add(video.split)
    assert Counter(map(tuple, splits.values())) == {
        ("train",): 25,
        ("validation",): 3,
        ("test",): 3,
    }
    assert found.made_splits == ("train", "validation", "test")
    assert found.methods == ("real", "fake")
    assert found.ignored == {}
    assert found.notes == (
        "splits made from train by the salted hash of the original: 10% for validation and 10% "
        "for test",
    )
    before = found.as_before()
    assert before.notes[0].startswith("splits made from train by the hash of the original: ")
    assert {one.group for one in before.videos if one.split == "test"} == {"r21", "r27", "r6"}
    assert [file.name for file in found.files] == [
        "dfdc_train_part_0/metadata.json",
        "dfdc_train_part_1/metadata.json",
    ]
    forged = next(one for one in found.videos if one.video == "dfdc_train_part_1/forged")
    assert (forged.method, forged.label, forged.group) == ("fake", 1, "other")
    assert forged.target == "other"
    assert forged.boxes_of == ("dfdc_train_part_1/forged", "dfdc_train_part_1/other")
    assert forged.file.name == "dfdc_train_part_1/forged.mp4"


def test_splits_that_are_said_are_kept(fill):
    described = {"a": REAL, "fa": fake("a"), "b": REAL | {"split": "test"}, "fb": fake("b", "test")}
    described |= {f"r{number}": REAL for number in range(9)}
    found = open_dfdc(fill(".", described))
    splits = {video.video: video.split for video in found.videos}
    assert (splits["b"], splits["fb"]) == ("test", "test")
    assert Counter(splits.values())["test"] == 2
    assert Counter(splits.values())["validation"] >= 1
    assert found.made_splits == ("train", "validation")
    (note,) = found.notes
    assert note == "splits made from train by the salted hash of the original: 10% for validation"


def test_what_has_a_split_takes_no_share_of_those_made(fill):
    described = {f"r{number}": REAL for number in range(10)}
    described |= {f"v{number}": REAL | {"split": "test"} for number in range(40)}
    described["f0"] = fake("v0", "test")
    splits = Counter(video.split for video in open_dfdc(fill("p", described)).videos)
    assert splits == {"train": 9, "validation": 1, "test": 41}


def test_every_split_gets_originals_with_forgeries_and_without(fill):
    described = {f"{kind}{number}": REAL for kind in "rs" for number in range(10)}
    described |= {f"f{number}": fake(f"r{number}") for number in range(10)}
    found = open_dfdc(fill("p", described))
    for split in ("validation", "test"):
        names = [video.video[:3] for video in found.videos if video.split == split]
        assert sorted(names) == ["p/f", "p/r", "p/s"]


def test_the_order_is_that_of_splits_methods_and_names(fill):
    described = {"b": REAL | {"split": "test"}, "a": fake("b", "test"), "c": fake("b", "test")}
    described |= {"z": REAL, "y": fake("z"), "x": fake("z"), "w": REAL | {"split": "validation"}}
    found = open_dfdc(fill("p", described))
    assert [video.video[2:] for video in found.videos] == ["z", "x", "y", "w", "b", "a", "c"]


def test_a_part_whose_name_is_not_utf_8(fill):
    original, forged = open_dfdc(fill(os.fsdecode(b"p\xff"), {"a": REAL, "f": fake("a")})).videos
    assert (original.video, original.group) == ("p\\xff/a", "a")
    assert forged.boxes_of == ("p\\xff/f", "p\\xff/a")


def test_files_of_a_part_are_no_strays(fill):
    root = fill(".", {"a": REAL, "fa": fake("a")})
    for name in ("face_boxes.json", "synthetic.json", "other.json"):
        (root / name).write_text("{}")
    assert open_dfdc(root).ignored == {".json file": 1}


def test_all_three_are_said(fill):
    described = {"a": REAL, "fa": fake("a")}
    for split in ("validation", "test"):
        described |= {split: REAL | {"split": split}, f"f{split}": fake(split, split)}
    found = open_dfdc(fill("p", described))
    assert found.made_splits == ()
    assert found.notes == (
        "splits as metadata and folders say; a test set that gives none is all test",
    )
    assert {video.video for video in found.videos if video.split == "test"} == {"p/test", "p/ftest"}


def test_what_is_passed_over(fill, tmp_path):
    root = fill(
        "p", {"a": REAL, "fa": fake("a"), "gone": fake("a")}, files=["a", "fa", "new", "newer"]
    )
    (root / "p/notes.txt").write_text("x")
    (root / "empty").mkdir()
    (tmp_path / "outside").mkdir()
    (root / "link").symlink_to(tmp_path / "outside")
    (tmp_path / "out.mp4").write_text("x")
    (root / "p/gone.mp4").symlink_to(tmp_path / "out.mp4")
    found = open_dfdc(root)
    assert {video.video for video in found.videos} == {"p/a", "p/fa"}
    assert found.ignored == {
        ".txt file": 1,
        "folder without metadata.json": 1,
        "link out of the folder": 1,
        "link to a folder": 1,
        "metadata without a video": 1,
        "video without metadata": 2,
    }


def test_metadata_out_of_the_folder(fill, tmp_path):
    root = fill("p", {"a": REAL, "fa": fake("a")})
    (root / "p/metadata.json").rename(tmp_path / "metadata.json")
    (root / "p/metadata.json").symlink_to(tmp_path / "metadata.json")
    with pytest.raises(PreparationError, match=r"holds no part: .*1 folder without metadata\.json"):
        open_dfdc(root)


def test_one_class_only(fill):
    root = fill("p", {"a": REAL, "fa": fake("a")}, files=["a"])
    with pytest.raises(PreparationError, match=r"the 1 parts of .* hold no fake videos"):
        open_dfdc(root)
