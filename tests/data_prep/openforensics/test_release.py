import os
import shutil

import pytest

from data_prep.checks.complete import PreparationError
from data_prep.openforensics.release import annotation_files, open_release
from data_prep.source.listing import list_pictures
from tests.data_prep.openforensics.release_files import write_picture, write_release


@pytest.fixture
def root(tmp_path):
    return write_release(tmp_path / "release")


def opened(root, test="Test-Dev"):
    return open_release(list_pictures(root), test)


def names(release):
    return {of.split: sorted(file.name for file in of.files.values()) for of in release.splits}


def test_the_three_splits(root):
    release = opened(root)
    assert [(of.release, of.split) for of in release.splits] == [
        ("Train", "train"),
        ("Val", "validation"),
        ("Test-Dev", "test"),
    ]
    assert names(release) == {
        "train": ["Train/ta.jpg", "Train/tb.jpg"],
        "validation": ["Val/va.jpg", "Val/vb.jpg"],
        "test": ["Test-Dev/ta.jpg", "Test-Dev/tb.jpg"],
    }
    assert [of.annotations.name for of in release.splits] == [
        "Train_poly.json",
        "Val_poly.json",
        "Test-Dev_poly.json",
    ]
    assert release.ignored == {"picture of Test-Challenge": 2}


def test_the_other_test(root):
    release = opened(root, "Test-Challenge")
    assert names(release)["test"] == ["Test-Challenge/ta.jpg", "Test-Challenge/tb.jpg"]
    assert release.ignored == {"picture of Test-Dev": 2}
    assert release.fingerprint != opened(root).fingerprint


def test_pictures_one_folder_below_or_in_parts(root):
    (root / "Images").mkdir()
    (root / "Train").rename(root / "Images/Train")
    write_picture(root / "Train_part_2/Train/tc.jpg")
    write_picture(root / "elsewhere/x.jpg")
    (root / "Annotations").mkdir()
    (root / "Val_poly.json").rename(root / "Annotations/Val_poly.json")
    release = opened(root)
    assert names(release)["train"] == [
        "Images/Train/ta.jpg",
        "Images/Train/tb.jpg",
        "Train_part_2/Train/tc.jpg",
    ]
    assert release.splits[1].annotations == root / "Annotations/Val_poly.json"
    assert release.ignored == {"picture of Test-Challenge": 2, "picture outside the splits": 1}


@pytest.mark.parametrize("split", ["Train", "Val", "Test-Dev"])
def test_missing_annotations(root, split):
    (root / f"{split}_poly.json").unlink()
    with pytest.raises(PreparationError, match=f"release has no {split}_poly.json"):
        opened(root)


def test_the_test_alone(root):
    for split in ("Train", "Val"):
        (root / f"{split}_poly.json").unlink()
    with pytest.raises(PreparationError, match=r"release has no Train_poly.json"):
        opened(root)
    for split in ("Train", "Val"):
        shutil.rmtree(root / split)
    assert [split.release for split in opened(root).splits] == ["Test-Dev"]


def test_the_test_that_is_not_asked_for_may_be_missing(root):
    (root / "Test-Challenge_poly.json").unlink()
    shutil.rmtree(root / "Test-Challenge")
    assert opened(root).ignored == {}


def test_missing_pictures(root):
    shutil.rmtree(root / "Val")
    with pytest.raises(PreparationError, match=r"no pictures in a folder Val: unpack Val.zip"):
        opened(root)


def test_two_files_of_annotations(root):
    (root / "old").mkdir()
    shutil.copy(root / "Val_poly.json", root / "old/Val_poly.json")
    with pytest.raises(PreparationError, match=r"two files of annotations for Val: .*old/Val_poly"):
        opened(root)


def test_two_pictures_of_one_name(root):
    write_picture(root / "part/Train/ta.jpg")
    with pytest.raises(PreparationError, match=r"one name: Train/ta.jpg and part/Train/ta.jpg"):
        opened(root)


def test_one_name_in_two_splits_is_no_matter(root):
    write_picture(root / "Val/ta.jpg")
    assert names(opened(root))["validation"] == ["Val/ta.jpg", "Val/va.jpg", "Val/vb.jpg"]


def test_nothing_outside_is_used(root, tmp_path):
    outside = tmp_path / "outside"
    shutil.move(root / "Val_poly.json", tmp_path / "Val_poly.json")
    (root / "Val_poly.json").symlink_to(tmp_path / "Val_poly.json")
    assert sorted(annotation_files(root)) == ["Test-Challenge", "Test-Dev", "Train"]
    shutil.move(root / "Train", outside)
    (root / "Train").symlink_to(outside)
    (root / "Val_poly.json").unlink()
    shutil.move(tmp_path / "Val_poly.json", root / "Val_poly.json")
    with pytest.raises(PreparationError, match="no pictures in a folder Train"):
        opened(root)


def test_a_picture_that_is_a_link_out(root, tmp_path):
    write_picture(tmp_path / "secret.jpg")
    (root / "Train/tc.jpg").symlink_to(tmp_path / "secret.jpg")
    release = opened(root)
    assert names(release)["train"] == ["Train/ta.jpg", "Train/tb.jpg"]
    assert release.ignored["link out of the folder"] == 1


def test_the_fingerprint_changes_with_every_file(root):
    found = {opened(root).fingerprint}
    for number, file in enumerate((root / "Train/ta.jpg", root / "Val_poly.json")):
        os.utime(file, ns=(0, number))
        found.add(opened(root).fingerprint)
    write_picture(root / "Test-Dev/tc.jpg")
    found.add(opened(root).fingerprint)
    assert len(found) == 4
    os.utime(root / "Test-Challenge_poly.json", ns=(0, 0))
    assert opened(root).fingerprint in found
