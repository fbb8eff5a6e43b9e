import io

import numpy as np
import pytest
from PIL import Image

from data_prep.faces.boxes import Box
from data_prep.faces.encode import FacePicture
from data_prep.media.video import BadVideoError, evenly_spaced, write_mask_video, write_video
from data_prep.videos.crops import Faces, pieces_in, read_faces, read_squares
from tests.data_prep.videos.extracted import extract
from tests.data_prep.videos.pixels import SIDE, box_of, crop_of, frames_of, masks_of

NAME = "youtube/000"


@pytest.fixture
def clip(tmp_path):
    """Eight frames and six masks, with a box for each frame."""
    write_video(tmp_path / "v.mp4", frames_of(NAME, 8), crf=0)
    write_mask_video(tmp_path / "m.mp4", masks_of(NAME, 6))
    return tmp_path / "v.mp4", tmp_path / "m.mp4", [Box(*box_of(NAME, n)) for n in range(8)]


def pixels(png):
    with Image.open(io.BytesIO(png)) as image:
        return image.format, image.mode, np.asarray(image)


@pytest.mark.parametrize(
    ("length", "count", "positions"),
    [
        (4, 4, [0, 1, 2, 3]),
        (3, 8, [0, 1, 2]),
        (10, 1, [5]),
        (10, 2, [2, 7]),
        (10, 3, [1, 5, 8]),  # 1.67, 5, 8.33
        (8, 3, [1, 4, 6]),  # 1.33, 4, 6.67
        (500, 4, [62, 187, 312, 437]),
        (1, 1, [0]),
    ],
)
def test_positions_by_hand(length, count, positions):
    assert evenly_spaced(length, count) == positions


def test_parts_by_hand():
    assert [evenly_spaced(5, 1, (j, 5)) for j in range(5)] == [[0], [1], [2], [3], [4]]
    assert evenly_spaced(10, 2, (0, 2)) == [1, 6]
    assert evenly_spaced(10, 2, (1, 2)) == [3, 8]


@pytest.mark.parametrize(("length", "count", "m"), [(5, 1, 5), (300, 8, 6), (37, 3, 4)])
def test_all_parts_together_are_the_frames_of_the_original(length, count, m):
    parts = [position for j in range(m) for position in evenly_spaced(length, count, (j, m))]
    assert sorted(parts) == evenly_spaced(length, count * m)


def test_crops_and_masks_are_the_same_squares(clip):
    video, masks, boxes = clip
    read = read_faces(video, masks, boxes, frames=3, size=SIDE)
    assert list(read.faces) == [1, 4, 6]
    for position, face in read.faces.items():
        form, mode, image = pixels(face.image)
        assert (form, mode) == ("PNG", "RGB")
        frame = frames_of(NAME, 8)[position]
        np.testing.assert_array_equal(image, crop_of(frame, NAME, position))
        if face.mask is not None:
            form, mode, mask = pixels(face.mask)
            assert (form, mode) == ("PNG", "L")
            whole = masks_of(NAME, 8)[position]
            np.testing.assert_array_equal(mask, crop_of(whole, NAME, position))
    assert [face.mask is None for face in read.faces.values()] == [False, False, True]
    assert (read.beyond_masks, read.bad_masks) == (1, None)


def test_pictures_have_the_size(clip):
    video, masks, boxes = clip
    for size in (13, 40):
        (face,) = read_faces(video, masks, boxes, frames=1, size=size).faces.values()
        assert pixels(face.image)[2].shape == (size, size, 3)
        assert pixels(face.mask)[2].shape == (size, size)
        assert set(np.unique(pixels(face.mask)[2])) == {0, 255}


def test_no_mask_video(clip):
    video, _, boxes = clip
    read = read_faces(video, None, boxes, frames=8, size=SIDE)
    assert [face.mask for face in read.faces.values()] == [None] * 8
    assert (read.beyond_masks, read.bad_masks) == (0, None)


def test_hashes_tell_pixels_and_masks_apart(clip):
    video, masks, boxes = clip
    with_masks = read_faces(video, masks, boxes, frames=3, size=SIDE).faces.values()
    without = read_faces(video, None, boxes, frames=3, size=SIDE).faces.values()
    assert [face.pixels_sha256 for face in with_masks] == [f.pixels_sha256 for f in without]
    contents = {face.content_sha256 for face in (*with_masks, *without)}
    assert len(contents) == 5  # the last frame has no mask in either


def test_frames_without_a_box_are_left_out_and_counted(clip):
    video, masks, boxes = clip
    holes = [boxes[0], None, boxes[2], boxes[3], None, *boxes[5:]]
    read = read_faces(video, masks, holes, frames=8, size=SIDE)
    assert (list(read.faces), read.without_box) == ([0, 2, 3, 5, 6, 7], 2)
    for position, face in read.faces.items():
        frame = frames_of(NAME, 8)[position]
        np.testing.assert_array_equal(pixels(face.image)[2], crop_of(frame, NAME, position))
    assert list(read_faces(video, masks, holes, frames=2, size=SIDE).faces) == [2, 6]


def test_a_crop_without_a_forged_pixel_is_told(clip):
    video, masks, boxes = clip
    whole = masks_of(NAME, 8)
    for number in (1, 4):
        whole[number][:, :40] = 0
    write_mask_video(masks, whole[:6])
    read = read_faces(video, masks, boxes, frames=8, size=SIDE)
    assert read.not_forged == (1, 4)


@pytest.mark.parametrize(
    ("numbers", "like", "count", "part", "taken"),
    [
        ([0, 1, 2, 3, 5, 6, 7], range(8), 2, (0, 1), [2, 6]),  # its target's 2 and 6, not 1 and 6
        ([0, 1, 3, 4, 5, 6, 7], range(8), 2, (0, 1), [1, 6]),  # the earlier of two as near
        ([0, 1, 2, 3, 5, 6, 7], range(8), 2, (1, 2), [3, 7]),
        ([0, 1, 3, 4], range(5), 9, (0, 1), [0, 1, 3, 4]),
        ([10, 11, 12, 13], range(40), 2, (0, 1), [11, 13]),  # of a shorter one, in its time
        ([0, 75, 150, 225], [0, 100, 200, 300], 4, (0, 1), [0, 75, 150, 225]),
        ([0, 75, 150, 225], [900], 2, (0, 1), [75, 225]),
        ([0, 1, 2, 3], (), 2, (0, 1), [1, 3]),
    ],
)
def test_frames_that_the_target_has(tmp_path, numbers, like, count, part, taken):
    names = [f"{number:03d}" for number in numbers]
    folder = extract(tmp_path / "f", frames_of(NAME, len(numbers)), names)
    boxes = [Box(8, 10, 20, 16)] * len(numbers)
    assert list(read_faces(folder, None, boxes, count, SIDE, part, like).faces) == taken
    squares = read_squares(folder, boxes, count, part, like)
    assert [numbers[position] for position, _ in squares] == taken


def test_equal_frames_are_taken_as_those_of_a_video(tmp_path):
    names = [f"{number:04d}" for number in range(9)]
    folder = extract(tmp_path / "f", frames_of(NAME, 9), names)
    boxes = [Box(8, 10, 20, 16)] * 9
    for count in (1, 2, 3, 9):
        for part in ((0, 1), (0, 3), (2, 3)):
            taken = read_squares(folder, boxes, count, part, range(9))
            assert [position for position, _ in taken] == evenly_spaced(9, count, part)


@pytest.mark.parametrize("boxes", [[], [None] * 8])
def test_no_box_at_all(clip, boxes):
    with pytest.raises(BadVideoError, match="no frame has a face box"):
        read_faces(clip[0], None, boxes, frames=2, size=SIDE)


def test_boxes_of_another_video(clip):
    with pytest.raises(BadVideoError, match=r"frame 4: the face box .* lies outside the picture"):
        read_faces(clip[0], None, [Box(500, 500, 20, 20)] * 8, frames=1, size=SIDE)


def test_a_damaged_mask_video_costs_the_masks_only(clip):
    video, masks, boxes = clip
    masks.write_bytes(b"hello" * 99)
    read = read_faces(video, masks, boxes, frames=4, size=SIDE)
    assert [face.mask for face in read.faces.values()] == [None] * 4
    assert read.beyond_masks == 0
    assert read.bad_masks is not None
    assert "not a whole video" in read.bad_masks


def test_masks_of_another_size(clip):
    video, masks, boxes = clip
    write_mask_video(masks, [np.zeros((24, 32), np.uint8)] * 8)
    read = read_faces(video, masks, boxes, frames=4, size=SIDE)
    assert read.bad_masks == "its masks have 32 x 24 pixels, the video 64 x 48"
    assert [face.mask for face in read.faces.values()] == [None] * 4


def test_pieces_come_back_as_they_were(tmp_path):
    plain = FacePicture(b"picture", None, "p", "c", None)
    masked = FacePicture(b"other", b"mask", "q", "d", b"12345678")
    faces = Faces({3: plain, 7: masked}, 1, "bad", (7,), 2)
    assert pieces_in(tmp_path).get_or("a", lambda: faces) == faces
    assert pieces_in(tmp_path).get_or("a", lambda: Faces({})) == faces
