import weakref
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pytest

from data_prep.faces.boxes import Box
from data_prep.media.containers import BadVideoError, TooLargeError
from data_prep.media.streaming import Limits
from data_prep.media.video import read_frames
from data_prep.videos import streaming
from data_prep.videos.streaming import stream_faces, stream_given_faces
from tests.data_prep.made_detector import bright_rectangles, draw_video

SMALL = Box(2, 2, 4, 4)
LARGE = Box(20, 10, 20, 20)


@dataclass(frozen=True)
class InThreads:
    """The detector of bright rectangles, without the second that processes take to start."""

    in_threads: ClassVar[bool] = True

    def __call__(self, picture):
        return bright_rectangles(picture)


def faces_of(looks):
    return [(look.frame, [tuple(face) for face in look.faces]) for look in looks]


def test_every_face_keeps_its_number(tmp_path):
    frames = [[SMALL, LARGE], [LARGE], [], [LARGE, SMALL], [Box(45, 30, 9, 9)]]
    video = draw_video(tmp_path / "a.mp4", frames)
    assert faces_of(stream_faces(video, InThreads(), every=1)) == [
        (0, [(0, SMALL), (1, LARGE)]),
        (1, [(1, LARGE)]),
        (2, []),
        (3, [(0, SMALL), (1, LARGE)]),
        (4, [(2, Box(45, 30, 9, 9))]),
    ]


@pytest.mark.parametrize("every", [1, 2, 3, 9])
def test_pictures_and_times_of_the_frames_looked_at(tmp_path, every):
    frames = [[Box(2 * place, 3, 9, 9)] for place in range(7)]
    video = draw_video(tmp_path / "a.mp4", frames)
    looks = list(stream_faces(str(video), InThreads(), every=every))
    positions = list(range(0, 7, every))
    assert [look.frame for look in looks] == positions
    assert [look.seconds for look in looks] == pytest.approx([place / 25 for place in positions])
    np.testing.assert_array_equal(
        [look.picture for look in looks], list(read_frames(video, positions))
    )
    # Every box is that of its own frame.
    assert [look.faces[0].box for look in looks] == [frames[place][0] for place in positions]


def test_a_face_missing_for_longer_than_the_patience_is_another(tmp_path):
    video = draw_video(tmp_path / "a.mp4", [[LARGE], [], [], [LARGE]])

    def tracks(patience):
        looks = stream_faces(video, InThreads(), every=1, patience=patience)
        return [face.track for look in looks for face in look.faces]

    assert tracks(2) == [0, 0]
    assert tracks(1) == [0, 1]


def test_a_detector_without_a_word_on_threads_works_in_processes(tmp_path):
    video = draw_video(tmp_path / "a.mp4", [[LARGE], [SMALL]])
    looks = list(stream_faces(video, bright_rectangles, every=1))
    assert faces_of(looks) == [(0, [(0, LARGE)]), (1, [(1, SMALL)])]


def test_what_was_whole_comes_before_the_damage(tmp_path, monkeypatch):
    video = draw_video(tmp_path / "a.mp4", [[LARGE]] * 40)
    whole = streaming.stream_frames

    def damaged(*arguments):
        for frame in whole(*arguments):
            if frame.number == 6:
                raise BadVideoError("damaged at frame 6")
            yield frame

    monkeypatch.setattr(streaming, "stream_frames", damaged)
    looks = stream_faces(video, InThreads(), every=2)
    assert [next(looks).frame for _ in range(3)] == [0, 2, 4]
    with pytest.raises(BadVideoError, match="damaged at frame 6"):
        next(looks)


@pytest.mark.parametrize("frames_in_room", [1, 3])
def test_no_more_frames_are_held_than_there_is_room_for(tmp_path, monkeypatch, frames_in_room):
    video = draw_video(tmp_path / "a.mp4", [[LARGE]] * 40)
    seen: list[weakref.ref[np.ndarray]] = []
    whole = streaming.stream_frames

    def counted(*arguments):
        for frame in whole(*arguments):
            seen.append(weakref.ref(frame.pixels))
            yield frame
            del frame

    monkeypatch.setattr(streaming, "stream_frames", counted)
    monkeypatch.setattr(streaming, "_IN_FLIGHT", frames_in_room * 48 * 64 * 3)
    monkeypatch.setattr(streaming.os, "cpu_count", lambda: 8)
    alive = []
    for _ in stream_faces(video, InThreads(), every=1):
        alive.append(sum(pixels() is not None for pixels in seen))
    assert len(alive) == len(seen) == 40
    assert max(alive) <= frames_in_room + 1  # the caller's


def test_limits_are_told_with_the_first_look(tmp_path):
    video = draw_video(tmp_path / "a.mp4", [[LARGE]] * 5)
    with pytest.raises(TooLargeError, match="more than 4 frames, by its header"):
        next(stream_faces(video, InThreads(), limits=Limits(frames=4)))
    assert len(list(stream_faces(video, InThreads(), every=1, limits=Limits(frames=5)))) == 5


def test_given_boxes_are_looks_at_their_frames(tmp_path):
    video = draw_video(tmp_path / "a.mp4", [[LARGE]] * 12)
    foremost = (LARGE, None, None, LARGE, LARGE, LARGE, None, LARGE, None, None, None, None, LARGE)
    other = {"0003.png": SMALL, "5": SMALL, "8": None}
    looks = list(stream_given_faces(video, (foremost, other), every=2))
    # Frame 12 is none of the video.
    assert faces_of(looks) == [
        (0, [(0, LARGE)]),
        (3, [(0, LARGE), (1, SMALL)]),
        (5, [(0, LARGE), (1, SMALL)]),
        (7, [(0, LARGE)]),
    ]
    assert looks[1].seconds == pytest.approx(3 / 25)
    assert faces_of(stream_given_faces(video, ((None,) * 12,))) == []


def test_more_faces_in_a_frame_than_are_looked_at(tmp_path):
    video = draw_video(tmp_path / "a.mp4", [[LARGE]] * 2)
    faces = ((SMALL, LARGE), *[(None, LARGE)] * 200)
    looks = stream_given_faces(video, faces, every=1)
    assert next(looks).faces == ((0, SMALL),)
    with pytest.raises(BadVideoError, match=r"^201 faces in frame 1, of which at most 200"):
        next(looks)


def test_a_step_that_is_none(tmp_path):
    for looks in (
        stream_faces(tmp_path / "a.mp4", InThreads(), every=0),
        stream_given_faces(tmp_path / "a.mp4", (), every=0),
    ):
        with pytest.raises(ValueError, match="n at least 1, not 0"):
            next(looks)


def test_what_is_no_box_is_an_error_that_names_the_frame(tmp_path):
    class Wrong(InThreads):
        def __call__(self, picture):
            return [Box(1, 2, 0, 4)]

    video = draw_video(tmp_path / "a.mp4", [[LARGE]])
    with pytest.raises(ValueError, match=r"gave Box\(.*\) for frame 0 of .*a\.mp4: a box is"):
        next(stream_faces(video, Wrong()))
