import os

import pytest

from data_prep.source.listing import list_pictures


def names(listing):
    return [file.name for file in listing.pictures]


def test_pictures_sorted_others_counted(fill):
    root = fill("b/2.png", "a/1.JPG", "a/sub/3.jpeg")
    (root / "notes.txt").write_text("x")
    (root / "a" / "LICENSE").write_text("x")
    (root / "a" / "more.txt").write_text("x")
    listing = list_pictures(root)
    assert names(listing) == ["a/1.JPG", "a/sub/3.jpeg", "b/2.png"]
    assert listing.ignored == {".txt file": 2, "file without a suffix": 1}


def test_hidden_files_are_passed_over(fill):
    root = fill("a/1.png", ".trash/2.png", "a/._1.png")
    (root / ".DS_Store").write_text("x")
    (root / "a" / "Thumbs.db").write_text("x")
    listing = list_pictures(root)
    assert names(listing) == ["a/1.png"]
    assert listing.ignored == {"hidden": 4}


def test_links(fill):
    outside = fill("secret.png", folder="outside")
    root = fill("a/1.png")
    (root / "a/inside.png").symlink_to(root / "a/1.png")
    (root / "a/out.png").symlink_to(outside / "secret.png")
    (root / "b").symlink_to(outside)
    (root / "loop").symlink_to(root)
    (root / "gone.png").symlink_to(root / "nowhere.png")
    listing = list_pictures(root)
    assert names(listing) == ["a/1.png", "a/inside.png"]
    assert listing.ignored == {
        "link out of the folder": 1,
        "link to a folder": 2,
        "broken link": 1,
    }


def test_a_folder_beside_with_a_longer_name_is_outside(fill):
    beside = fill("1.png", folder="pictures2")
    root = fill("a/1.png")
    (root / "a/out.png").symlink_to(beside / "1.png")
    assert list_pictures(root).ignored == {"link out of the folder": 1}


def test_what_is_no_regular_file(fill):
    root = fill("a/1.png")
    os.mkfifo(root / "a/pipe.png")
    listing = list_pictures(root)
    assert names(listing) == ["a/1.png"]
    assert listing.ignored == {"not a regular file": 1}


def test_empty_folders_are_named(fill):
    root = fill("a/b/1.png")
    for name in ("a/c/d", "e", ".hidden"):
        (root / name).mkdir(parents=True)
    (root / "e/notes.txt").write_text("x")
    (root / "link").symlink_to(root / "a")
    assert list_pictures(root).empty_folders == ("a/c", "a/c/d", "e", "link")


def test_prepared_sets_inside_are_passed_over(fill, make_version):
    root = fill("real/1.png")
    before = list_pictures(root).fingerprint()
    version = make_version(root / "picture_folder/a/1.0.0")
    (version / "preview.png").write_text("x")
    listing = list_pictures(root)
    assert names(listing) == ["real/1.png"]
    assert listing.ignored == {"prepared set": 1}
    assert listing.fingerprint() == before


def test_missing_folder(tmp_path):
    with pytest.raises(FileNotFoundError, match="there is no folder"):
        list_pictures(tmp_path / "nowhere")


def test_file_instead_of_folder(tmp_path):
    (tmp_path / "a.zip").write_text("x")
    with pytest.raises(NotADirectoryError, match="is not a folder"):
        list_pictures(tmp_path / "a.zip")


def test_unreadable_folder(fill, monkeypatch):
    root = fill("a/1.png", "b/2.png")
    scandir = os.scandir

    def guarded(path):
        if str(path).endswith("/b"):
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", guarded)
    with pytest.raises(PermissionError, match=r"pictures/b cannot be read: give yourself"):
        list_pictures(root)


def test_fingerprint_changes_with_name_size_time_and_place(fill):
    root = fill("a/1.png", "a/2.png")
    first = list_pictures(root).fingerprint()
    assert list_pictures(root).fingerprint() == first
    (root / "notes.txt").write_text("x")
    assert list_pictures(root).fingerprint() == first

    changed = root / "a/1.png"
    os.utime(changed, ns=(1, 1))
    other_time = list_pictures(root).fingerprint()
    changed.write_bytes(changed.read_bytes() + b"\0")
    os.utime(changed, ns=(1, 1))
    other_size = list_pictures(root).fingerprint()
    changed.rename(root / "a/3.png")
    other_name = list_pictures(root).fingerprint()
    root.rename(root.parent / "moved")
    other_place = list_pictures(root.parent / "moved").fingerprint()
    assert len({first, other_time, other_size, other_name, other_place}) == 5
