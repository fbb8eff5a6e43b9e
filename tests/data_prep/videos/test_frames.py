from collections import Counter

import cv2
import numpy as np
import pytest

from data_prep.faces.boxes import Box
from data_prep.media import video
from data_prep.media.video import BadVideoError, write_mask_video, write_video
from data_prep.videos.crops import read_faces
from data_prep.videos.frames import (
    count_frames,
    frame_numbers,
    list_frames,
    mask_positions,
    numbers_in,
    read_frames,
    read_masks,
)
from data_prep.videos.listing import find_frame_folders
from tests.data_prep.videos.extracted import extract, extract_masks
from tests.data_prep.videos.pixels import SIDE, frames_of, masks_of

NAME = "youtube/000"


def test_pictures_in_natural_order(tmp_path):
    pictures = frames_of(NAME, 3)
    folder = extract(tmp_path / "000", pictures, [9, 10, 101])
    (folder / ".hidden.png").write_bytes(b"x")
    (folder / "notes.txt").write_bytes(b"x")
    (tmp_path / "outside.png").write_bytes(b"x")
    (folder / "11.png").symlink_to(tmp_path / "outside.png")
    assert [path.name for path in list_frames(folder)] == ["9.png", "10.png", "101.png"]
    assert count_frames(folder) == 3
    found = list(read_frames(folder, [0, 2]))
    np.testing.assert_array_equal(found, [pictures[0], pictures[2]])
    with pytest.raises(BadVideoError, match="holds 3 frames, none at 3"):
        list(read_frames(folder, [3]))


def test_what_counts_as_a_frame(tmp_path):
    folder = extract(tmp_path / "000", frames_of(NAME, 2), [0, 1])
    (folder / "1.png").rename(folder / "1.PNG")
    (folder / "2.png").mkdir()
    (tmp_path / "link").symlink_to(folder)
    for way in (folder, tmp_path / "link"):
        assert [path.name for path in list_frames(way)] == ["0.png", "1.PNG"]


def test_the_strongest_channel_of_a_mask(tmp_path):
    coloured = np.zeros((2, 3, 3), np.uint8)
    coloured[0, 0], coloured[0, 1], coloured[1, 2] = (255, 0, 0), (0, 7, 3), (0, 0, 255)
    (mask,) = read_masks(extract(tmp_path / "m", [coloured], [0]), [0])
    assert mask.tolist() == [[255, 7, 0], [0, 0, 255]]


def test_a_video_file_is_read_as_before(tmp_path):
    write_video(tmp_path / "v.mp4", frames_of(NAME), crf=0)
    write_mask_video(tmp_path / "m.mp4", masks_of(NAME))
    assert count_frames(tmp_path / "v.mp4") == 4
    np.testing.assert_array_equal(list(read_frames(tmp_path / "v.mp4", [3])), [frames_of(NAME)[3]])
    np.testing.assert_array_equal(list(read_masks(tmp_path / "m.mp4", [1])), [masks_of(NAME)[1]])


def test_the_frames_of_a_file_are_counted_once_while_it_stays_as_it_is(tmp_path, monkeypatch):
    path = tmp_path / "v.mp4"
    with pytest.raises(BadVideoError):
        count_frames(path)
    read = []
    monkeypatch.setattr(video, "count_frames", lambda file: read.append(file) or len(read))
    path.write_bytes(b"1")
    assert [count_frames(path), *frame_numbers(path)] == [1, 0]
    path.write_bytes(b"22")
    assert count_frames(path) == 2
    assert len(read) == 2


def test_bad_folders(tmp_path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(BadVideoError, match="holds no frames"):
        count_frames(tmp_path / "empty")
    folder = extract(tmp_path / "000", frames_of(NAME, 2), [0, 1])
    (folder / "1.png").write_bytes(b"")
    with pytest.raises(BadVideoError, match=r"1\.png: empty"):
        list(read_frames(folder, [0, 1]))


def test_a_frame_that_the_disk_does_not_give(tmp_path, monkeypatch):
    def broken(path):
        raise OSError(5, "Input/output error")

    folder = extract(tmp_path / "000", frames_of(NAME, 1), [0])
    monkeypatch.setattr("data_prep.videos.frames.read_pixels", broken)
    with pytest.raises(BadVideoError, match=r"0\.png cannot be read: Input/output error"):
        list(read_frames(folder, [0]))


def test_numbers_of_frames_as_another_video_counts_them(tmp_path):
    write_video(tmp_path / "v.mp4", frames_of(NAME, 3), crf=0)
    video = tmp_path / "v.mp4"
    one = extract(tmp_path / "one", frames_of(NAME, 3), ["0001", "0002", "0003"])
    sparse = extract(tmp_path / "sparse", frames_of(NAME, 2), ["0001", "0003"])
    assert [list(frame_numbers(path)) for path in (video, one, sparse)] == [
        [0, 1, 2], [1, 2, 3], [1, 3],
    ]  # fmt: skip
    assert list(numbers_in(one, video)) == list(numbers_in(one, None)) == [0, 1, 2]
    assert list(numbers_in(video, one)) == [1, 2, 3]
    assert list(numbers_in(one, sparse)) == [1, 2, 3]
    assert list(numbers_in(sparse, video)) == [1, 3]
    assert list(numbers_in(video, sparse)) == list(numbers_in(video, None)) == [0, 1, 2]


def test_masks_belong_to_frames_of_their_number(tmp_path):
    frames = extract(tmp_path / "f", frames_of(NAME, 4), ["000", "001", "003", "011"])
    names = ["mask_0001", "mask_0003", "mask_0004"]
    masks = extract_masks(tmp_path / "m", masks_of(NAME, 3), names)
    write_mask_video(tmp_path / "m.mp4", masks_of(NAME, 5))
    assert mask_positions(frames, masks, [0, 1, 2, 3]) == [None, 0, 1, None]
    assert mask_positions(frames, tmp_path / "m.mp4", [0, 1, 2, 3]) == [0, 1, 3, None]
    assert mask_positions(tmp_path / "m.mp4", masks, [0, 1, 2, 3, 4]) == [None, 0, None, 1, 2]
    other = extract_masks(tmp_path / "o", masks_of(NAME, 1), ["clip_011_0"])
    named = extract(tmp_path / "n", frames_of(NAME, 2), ["clip_010_0", "clip_011_0"])
    assert mask_positions(named, other, [0, 1]) == [None, 0]


def test_masks_belong_to_frames_of_their_name(tmp_path):
    frames = extract(tmp_path / "f", frames_of(NAME, 3), ["0010", "0020", "0030"])
    masks = extract_masks(tmp_path / "m", masks_of(NAME, 3), ["0005", "0010", "0030"])
    write_mask_video(tmp_path / "m.mp4", masks_of(NAME, 2))
    assert mask_positions(frames, masks, [0, 1, 2]) == [1, None, 2]
    assert mask_positions(frames, tmp_path / "m.mp4", [0, 1, 2]) == [None] * 3
    read = read_faces(frames, masks, [Box(8, 10, 20, 16)] * 3, frames=3, size=SIDE)
    assert [face.mask is not None for face in read.faces.values()] == [True, False, True]
    assert read.beyond_masks == 1
    for face, place in ((read.faces[10], 1), (read.faces[30], 2)):
        assert face.mask is not None
        found = cv2.imdecode(np.frombuffer(face.mask, np.uint8), cv2.IMREAD_UNCHANGED)
        np.testing.assert_array_equal(found, masks_of(NAME, 3)[place][5:31, 5:31])


def test_masks_that_are_counted_from_another_number(tmp_path):
    frames = extract(tmp_path / "f", frames_of(NAME, 3), ["0001", "0002", "0003"])
    masks = extract_masks(tmp_path / "m", masks_of(NAME, 3), ["0000", "0001", "0002"])
    assert mask_positions(frames, masks, [0, 2]) == [0, 2]
    assert mask_positions(masks, frames, [1]) == [1]
    read = read_faces(frames, masks, [Box(8, 10, 20, 16)] * 3, frames=3, size=SIDE)
    assert (read.mask_step, read.beyond_masks) == (-1, 0)
    face = read.faces[2]
    assert face.mask is not None
    found = cv2.imdecode(np.frombuffer(face.mask, np.uint8), cv2.IMREAD_UNCHANGED)
    np.testing.assert_array_equal(found, masks_of(NAME, 3)[1][5:31, 5:31])
    # One that is missing leaves the numbers alone to go by.
    (masks / "0002.png").unlink()
    assert mask_positions(frames, masks, [0, 1, 2]) == [1, None, None]


def test_a_folder_is_listed_with_all_its_pictures(tmp_path):
    root = tmp_path.resolve()
    folder = extract(root / "images/000", frames_of(NAME, 2), [0, 1])
    (root / "images/001").symlink_to(folder)
    ignored = Counter()
    before = find_frame_folders(root, "images", ignored)
    assert list(before) == ["000"]
    assert before["000"].name == "images/000"
    assert before["000"].size == sum(path.stat().st_size for path in folder.iterdir())
    assert ignored["link to a folder"] == 1
    (folder / "1.png").rename(folder / "2.png")
    after = find_frame_folders(root, "images", ignored)
    assert after["000"].size == before["000"].size
    assert after["000"].mtime_ns != before["000"].mtime_ns
