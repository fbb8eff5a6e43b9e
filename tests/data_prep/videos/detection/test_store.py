import json

import pytest

from data_prep.faces.boxes import (
    Box,
    FaceBoxesError,
    read_face_boxes,
    read_faces,
    write_face_boxes,
)
from data_prep.videos.detection.store import opened_store
from tests.data_prep.media.clips import picture, write_clip

BOX = Box(1, 2, 3, 4)


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "a.mp4"
    path.write_bytes(b"12")
    return path


@pytest.fixture
def path(tmp_path, file):
    """A store with a video that was found in `file`, and one that a person put there."""
    path = tmp_path / "boxes" / "of_set.json"
    path.parent.mkdir()
    write_face_boxes(path, {"hand/1": [BOX]})
    with opened_store(path) as store:
        store.add("a/1", file, ((BOX, None), (None, BOX)))
        store.write()
    return path


def test_it_is_a_file_of_face_boxes_that_names_the_files(path, file):
    assert read_face_boxes(path) == {"a/1": (BOX, None), "hand/1": (BOX,)}
    assert read_faces(path) == {"a/1": ((BOX, None), (None, BOX)), "hand/1": ((BOX,),)}
    stat = file.stat()
    found_in = json.loads(path.read_text())["found_in"]
    assert found_in == {"a/1": [str(file), 2, stat.st_mtime_ns, "upright"]}


def test_kept_as_long_as_the_file_is_as_it_was(path, file):
    with opened_store(path) as store:
        assert sorted(store.faces) == ["a/1", "hand/1"]
    file.write_bytes(b"123")
    with opened_store(path) as store:
        assert sorted(store.faces) == ["hand/1"]
    file.unlink()
    with opened_store(path) as store:
        assert sorted(store.faces) == ["hand/1"]


def test_a_folder_of_frames_is_as_it_was_if_all_frames_are(path, tmp_path):
    frames = tmp_path / "frames"
    frames.mkdir()
    (frames / "0.png").write_bytes(b"1")
    with opened_store(path) as store:
        store.add("a/2", frames, ((BOX,),))
        store.write()
    with opened_store(path) as store:
        assert "a/2" in store.faces
    # A store of a time when every n-th picture was looked at, whatever its number.
    before = path.read_text()
    path.write_text(before.replace(', "by number"', ""))
    with opened_store(path) as store:
        assert sorted(store.faces) == ["a/1", "hand/1"]
    path.write_text(before)
    (frames / "1.png").write_bytes(b"1")
    with opened_store(path) as store:
        assert "a/2" not in store.faces
        assert "a/1" in store.faces


def test_an_older_store_holds_boxes_of_videos_as_they_are_stored(path, tmp_path):
    for name, turn in (("upright", 0), ("turned", 90)):
        write_clip(tmp_path / f"{name}.mp4", [picture()], turn=turn)
        with opened_store(path) as store:
            store.add(name, tmp_path / f"{name}.mp4", ((BOX,),))
            store.write()
    path.write_text(path.read_text().replace(', "upright"]', "]"))
    with opened_store(path) as store:
        assert sorted(store.faces) == ["hand/1", "upright"]
        store.write()
    assert "upright" in json.loads(path.read_text())["found_in"]["upright"]


@pytest.mark.parametrize(
    "found_in", [7, ["a"], {"a/1": 7}, {"a/1": []}, {"a/1": [7]}, {"a/1": ["a\0b", 1, 2]}]
)
def test_what_does_not_say_where_boxes_were_found(path, found_in):
    path.write_text(json.dumps(json.loads(path.read_text()) | {"found_in": found_in}))
    with pytest.raises(FaceBoxesError, match="`found_in` is no object of"), opened_store(path):
        pass
