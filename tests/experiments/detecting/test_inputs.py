import os

import pytest

from experiments.detecting.inputs import find_inputs, is_video
from tests.experiments.detecting.drawn import draw, save


def names(found, root):
    return [os.path.relpath(name, root) for _, name in found.files]


def test_folders_are_sorted_and_what_is_no_picture_or_video_is_counted(tmp_path):
    for name in ("b/z.mp4", "b/a.JPG", "a.webm", "c.txt", ".hidden.png", ".h/x.png", "b/notes"):
        (tmp_path / "in" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "in" / name).touch()
    (tmp_path / "else.png").touch()
    (tmp_path / "in/out.png").symlink_to(tmp_path / "else.png")
    (tmp_path / "in/folder").symlink_to(tmp_path)
    found = find_inputs([tmp_path / "in"], tmp_path / "detections")
    assert names(found, tmp_path / "in") == ["a.webm", "b/a.JPG", "b/z.mp4"]
    assert dict(found.ignored) == {
        ".txt file": 1, "file without a suffix": 1, "hidden": 2, "link out of the folder": 1,
        "link to a folder": 1,
    }  # fmt: skip


def test_what_is_named_is_looked_at_once_whatever_its_name(tmp_path):
    (tmp_path / ".secret").touch()
    (tmp_path / "a.png").touch()
    found = find_inputs([tmp_path / ".secret", tmp_path / "a.png", tmp_path], tmp_path / "o")
    assert names(found, tmp_path) == [".secret", "a.png"]
    assert dict(found.ignored) == {"hidden": 1, "named twice": 1}


def test_what_is_not_there_is_named_all_of_it(tmp_path):
    (tmp_path / "a.png").touch()
    paths = [tmp_path / name for name in ("b.png", "a.png", "c")]
    with pytest.raises(ValueError, match=r"there is no file or folder .*b\.png, .*/c$"):
        find_inputs(paths, tmp_path / "o")
    with pytest.raises(ValueError, match="name pictures"):
        find_inputs([], tmp_path / "o")
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(ValueError, match=r"neither a file nor a folder: .*pipe"):
        find_inputs([tmp_path / "pipe"], tmp_path / "o")


def test_what_is_written_is_not_looked_at(tmp_path):
    for name in ("a.png", "o/pictures/0001_.png"):
        save(tmp_path / name, draw([]))
    assert names(find_inputs([tmp_path], tmp_path / "o"), tmp_path) == ["a.png"]
    with pytest.raises(ValueError, match="lies in --out"):
        find_inputs([tmp_path / "o/pictures/0001_.png"], tmp_path / "o")


def test_a_folder_with_nothing_to_look_at(tmp_path):
    (tmp_path / "a.txt").touch()
    with pytest.raises(ValueError, match=r"no picture or video in .*, but 1 \.txt file$"):
        find_inputs([tmp_path], tmp_path / "o")


def test_a_name_that_is_no_text(tmp_path):
    path = os.fsencode(tmp_path) + b"/a\xff.png"
    with open(path, "wb"):  # noqa: PTH123
        pass
    [(_, name)] = find_inputs([tmp_path], tmp_path / "o").files
    assert name.endswith(r"/a\xff.png")


def test_what_is_a_video(tmp_path):
    (tmp_path / "a.jpg").write_bytes(b"damaged")
    (tmp_path / "a.dat").write_bytes(b"damaged")
    picture = save(tmp_path / "a.mp4", draw([]))
    assert not is_video(picture)
    assert not is_video(tmp_path / "a.jpg")
    assert is_video(tmp_path / "a.dat")
