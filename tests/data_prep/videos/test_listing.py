import os
from collections import Counter

import pytest

from data_prep.videos.listing import find_file, find_versions, find_videos, subfolders


def fill(root, *names):
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(name)


@pytest.fixture
def root(tmp_path):
    folder = tmp_path / "root"
    folder.mkdir()
    return folder.resolve()


def test_videos_by_name(root):
    fill(root, "v/001.mp4", "v/000.mp4", "v/notes.txt", "v/README", "v/.hidden.mp4", "v/x.mp4/a")
    ignored = Counter()
    found = find_videos(root, "v", ignored)
    assert list(found) == ["000", "001"]
    assert found["001"][:2] == ("v/001.mp4", len("v/001.mp4"))
    assert found["001"].mtime_ns == (root / "v/001.mp4").stat().st_mtime_ns
    assert ignored == {
        ".txt file": 1,
        "file without a suffix": 1,
        "hidden": 1,
        "folder among the videos": 1,
    }


def test_any_container_and_one_file_a_name(root):
    fill(root, "v/0.avi", "v/0.mp4", "v/0.MP4", "v/1.FLV", "v/1.Mkv", "v/2.m2ts", "v/3.m3u8")
    ignored = Counter()
    found = find_videos(root, "v", ignored)
    names = {name: file.name for name, file in found.items()}
    assert names == {"0": "v/0.mp4", "1": "v/1.Mkv", "2": "v/2.m2ts"}
    assert +ignored == {"further file of a video's name": 3, ".m3u8 file": 1}


def test_links_stay_inside(root, tmp_path):
    fill(root, "v/000.mp4", "elsewhere/001.mp4")
    fill(tmp_path, "outside/002.mp4", "outside/videos/003.mp4")
    (root / "v/001.mp4").symlink_to(root / "elsewhere/001.mp4")
    (root / "v/002.mp4").symlink_to(tmp_path / "outside/002.mp4")
    (root / "v/004.mp4").symlink_to(root / "nothing.mp4")
    (root / "out").symlink_to(tmp_path / "outside")
    ignored = Counter()
    assert list(find_videos(root, "v", ignored)) == ["000", "001"]
    assert ignored == {"link out of the folder": 1, "broken link": 1, "hidden": 0}
    assert find_videos(root, "out/videos", ignored) == {}
    assert ignored["link to a folder"] == 1


def test_folders_but_no_links_to_them(root, tmp_path):
    fill(root, "m/B/x", "m/A/x", "m/file", "m/.git/x")
    fill(tmp_path, "outside/x")
    (root / "m/C").symlink_to(tmp_path / "outside")
    (root / "m/D").symlink_to(root / "m/A")
    ignored = Counter()
    assert subfolders(root, "m", ignored) == ["A", "B"]
    assert ignored == {"link to a folder": 2, "hidden": 1}
    assert subfolders(root, "nowhere", ignored) == []


def test_one_file(root, tmp_path):
    fill(root, "a/b.json")
    fill(tmp_path, "c.json")
    (root / "c.json").symlink_to(tmp_path / "c.json")
    file = find_file(root, "a/b.json")
    assert file is not None
    assert (file.name, file.size) == ("a/b.json", 8)
    assert find_file(root, "c.json") is None
    assert find_file(root, "a") is None
    assert find_file(root, "d.json") is None


def test_what_is_no_regular_file(root):
    (root / "v").mkdir()
    os.mkfifo(root / "v/000.mp4")
    ignored = Counter()
    assert find_videos(root, "v", ignored) == {}
    assert ignored["not a regular file"] == 1


def test_versions_that_are_there_and_inside(root, tmp_path):
    fill(root, "raw/000.mp4", "raw/001/0.png")
    fill(tmp_path, "out/000.mp4")
    (root / "c23").symlink_to(tmp_path / "out")
    names = ["c0/000.mp4", "c23/000.mp4", "raw/001", "raw/000.mp4", "../out/000.mp4"]
    assert find_versions(root, names) == [root / "raw/001", root / "raw/000.mp4"]
