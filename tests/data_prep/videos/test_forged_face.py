import numpy as np
import pytest

from data_prep.faces.boxes import Box, FaceTrack
from data_prep.media.video import write_mask_video
from data_prep.videos.forged_face import forged_track
from tests.data_prep.made_detector import HEIGHT, WIDTH, draw_video
from tests.data_prep.videos.extracted import extract_masks

LARGE, SMALL = Box(2, 2, 24, 24), Box(40, 20, 12, 12)
FRAMES = range(1 << 31)


def masks_of(*boxes):
    masks = np.zeros((len(boxes), HEIGHT, WIDTH), np.uint8)
    for mask, box in zip(masks, boxes, strict=True):
        if box is not None:
            x, y, width, height = map(int, box)
            mask[y + 2 : y + height - 1, x + 2 : x + width - 1] = 255
    return masks


def track(*boxes):
    return FaceTrack({n: box for n, box in enumerate(boxes) if box is not None}, FRAMES)


@pytest.fixture
def chosen(tmp_path):
    """Gives the boxes of the face chosen in four frames by the masks."""
    video = draw_video(tmp_path / "v.mp4", [[LARGE, SMALL]] * 4)

    def choose(tracks, masks):
        write_mask_video(tmp_path / "m.mp4", masks)
        return forged_track(tracks, video, tmp_path / "m.mp4").boxes

    return choose


BOTH = (track(*[LARGE] * 4), track(*[SMALL] * 4))


def test_the_face_that_meets_the_masks(chosen):
    assert chosen(BOTH, masks_of(*[SMALL] * 4)) == BOTH[1].boxes
    assert chosen(BOTH, masks_of(*[LARGE] * 4)) == BOTH[0].boxes
    # Of a mask video that is far shorter the rest of the video learns, too.
    assert chosen(BOTH, masks_of(SMALL)) == BOTH[1].boxes
    # A box of everything meets every mask, and badly.
    everything = track(*[Box(0, 0, WIDTH, HEIGHT)] * 4)
    assert chosen((everything, *BOTH), masks_of(*[SMALL] * 4)) == BOTH[1].boxes


def test_a_face_that_was_lost_and_found_again(chosen):
    moved = Box(44, 30, 12, 12)
    parts = (BOTH[0], track(SMALL, SMALL), track(None, None, None, moved))
    assert chosen(parts, masks_of(SMALL, SMALL, None, moved)) == {0: SMALL, 1: SMALL, 3: moved}


def test_the_first_face_where_no_mask_says_more(chosen, tmp_path):
    assert chosen(BOTH, masks_of(*[None] * 4)) == BOTH[0].boxes
    assert chosen(BOTH, masks_of(*[Box(30, 40, 6, 6)] * 4)) == BOTH[0].boxes
    assert chosen(BOTH, masks_of(*[SMALL] * 4)[:, :40, :60]) == BOTH[0].boxes  # of another size
    video = draw_video(tmp_path / "a.mp4", [[LARGE]])
    (tmp_path / "bad.mp4").write_bytes(b"no video")
    assert forged_track(BOTH, video, tmp_path / "bad.mp4") is BOTH[0]


def test_masks_in_a_folder_meet_by_number(tmp_path):
    video = draw_video(tmp_path / "v.mp4", [[LARGE, SMALL]] * 4)
    masks = extract_masks(tmp_path / "m", masks_of(LARGE, SMALL), ["0003", "0009"])
    assert forged_track(BOTH, video, masks).boxes == BOTH[0].boxes
    masks = extract_masks(tmp_path / "n", masks_of(LARGE, SMALL), ["0009", "0002"])
    assert forged_track(BOTH, video, masks).boxes == BOTH[1].boxes
