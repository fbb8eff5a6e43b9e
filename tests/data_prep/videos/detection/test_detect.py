import numpy as np
import pytest
from PIL import Image

from data_prep.faces.boxes import Box
from data_prep.media.video import BadVideoError, read_frames
from data_prep.videos.detection.detect import detect_faces, detect_in_versions, looked_at
from tests.data_prep.made_detector import bright_rectangles, draw_video

SMALL = Box(2, 2, 4, 4)
LARGE = Box(20, 10, 20, 20)


def detect_boxes(*arguments, **options):
    """The boxes of the largest face."""
    return detect_faces(*arguments, **options)[0]


def test_boxes_of_a_video(tmp_path):
    frames = [[SMALL, LARGE], [SMALL], [LARGE, SMALL], [LARGE]]
    video = draw_video(tmp_path / "a.mp4", frames)
    assert detect_boxes(video, bright_rectangles) == (LARGE, None, LARGE, LARGE)
    assert detect_boxes(video, bright_rectangles, every=2) == (LARGE, None, LARGE, None)
    assert detect_boxes(video, bright_rectangles, every=3) == (LARGE, None, None, LARGE)
    assert detect_boxes(video, bright_rectangles, every=9) == (LARGE, None, None, None)


def test_all_faces_of_a_video(tmp_path):
    video = draw_video(tmp_path / "a.mp4", [[SMALL, LARGE], [SMALL], [LARGE]])
    assert detect_faces(video, bright_rectangles) == ((LARGE, None, LARGE), (SMALL, SMALL, None))
    crowd = [Box(6 * place, 1, 3 + place % 2, 3) for place in range(10)]
    faces = detect_faces(draw_video(tmp_path / "b.mp4", [crowd]), bright_rectangles)
    assert [face[0].width for face in faces] == [4] * 5 + [3] * 3


def test_frames_far_apart_are_all_looked_at(tmp_path):
    assert looked_at([0, 1, 2, 3, 4, 5, 6], 3) == [0, 3, 6]
    assert looked_at([0, 14, 15, 29, 30, 31, 34], 5) == [0, 1, 3, 6]
    video = draw_video(tmp_path / "a.mp4", [[LARGE], [SMALL, Box(40, 2, 5, 5)], [SMALL]])
    frames = tmp_path / "a"
    frames.mkdir()
    for number, frame in zip((0, 14, 15), read_frames(video, range(3)), strict=True):
        Image.fromarray(frame).save(frames / f"{number:04d}.png")
    # Frame 15 is not looked at; what is seen in 14 need not be where the face was in 0.
    assert detect_boxes(frames, bright_rectangles, every=5) == (LARGE, Box(40, 2, 5, 5), None)
    assert detect_boxes(frames, bright_rectangles, every=1)[0] == LARGE


def test_videos_without_a_face_and_bad_ones(tmp_path):
    assert detect_boxes(draw_video(tmp_path / "a.mp4", [[], []]), bright_rectangles) == (None, None)
    (tmp_path / "b.mp4").touch()
    with pytest.raises(BadVideoError, match="empty file"):
        detect_boxes(tmp_path / "b.mp4", bright_rectangles)
    with pytest.raises(ValueError, match="n at least 1, not 0"):
        detect_boxes(tmp_path / "a.mp4", bright_rectangles, every=0)


def test_boxes_of_a_folder_of_frames(tmp_path):
    video = draw_video(tmp_path / "a.mp4", [[LARGE], [], [SMALL]])
    frames = tmp_path / "a"
    frames.mkdir()
    for number, frame in enumerate(read_frames(video, range(3))):
        Image.fromarray(frame).save(frames / f"{number:04d}.png")
    assert detect_boxes(frames, bright_rectangles) == detect_boxes(video, bright_rectangles)
    assert detect_boxes(frames, bright_rectangles) == (LARGE, None, None)


@pytest.mark.parametrize(
    "wrong", [[(1, 2, 3)], [(1, 2, 0, 4)], [(1, 2, float("nan"), 4)], ["face"], [None]]
)
def test_what_is_no_box_is_an_error(tmp_path, wrong):
    video = draw_video(tmp_path / "a.mp4", [[LARGE]])
    with pytest.raises(ValueError, match=r"gave .* for frame 0 of .*a\.mp4: a box is x, y, width"):
        detect_boxes(video, lambda picture: wrong)


def test_boxes_as_arrays_are_boxes(tmp_path):
    video = draw_video(tmp_path / "a.mp4", [[LARGE]])
    assert detect_boxes(video, lambda picture: np.array([[1, 2, 3, 4]], np.float32)) == (
        Box(1, 2, 3, 4),
    )


def test_the_best_version_that_can_be_read(tmp_path):
    best = draw_video(tmp_path / "raw.mp4", [[SMALL], []])
    good = draw_video(tmp_path / "c23.mp4", [[LARGE], []])
    other = draw_video(tmp_path / "other.mp4", [[LARGE], [], []])
    bad = tmp_path / "bad.mp4"
    bad.touch()
    video = draw_video(tmp_path / "c40.mp4", [[], [SMALL]])

    def detect(*versions):
        return detect_in_versions([*versions, video], bright_rectangles)

    assert detect() == (video, ((None, SMALL),))
    assert detect(best, good) == (best, ((SMALL, None),))
    assert detect(bad, good) == (good, ((LARGE, None),))
    # Another number of frames: no version of this video.
    assert detect(other, bad) == (video, ((None, SMALL),))
    with pytest.raises(BadVideoError, match="empty file"):
        detect_in_versions([best, bad], bright_rectangles)
