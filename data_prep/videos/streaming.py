"""All faces of a video file, followed in one pass and in memory that its length does not change."""

from __future__ import annotations

import itertools
import os
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np

from data_prep.faces.boxes import Box, Faces
from data_prep.faces.follow import PATIENCE, Detector, Tracker
from data_prep.faces.in_picture import boxes_in, check_number
from data_prep.media.containers import BadVideoError
from data_prep.media.streaming import NO_LIMITS, Limits, StreamedFrame, stream_frames
from data_prep.running.in_order import in_order
from data_prep.videos.detection.detect import looked_at
from data_prep.videos.evidence import by_frame

_IN_FLIGHT = 256 << 20  # bytes


class FollowedFace(NamedTuple):
    """A face in a frame: the number of its track, from 0, and where it is."""

    track: int
    box: Box


class Look(NamedTuple):
    """A frame that was looked at.

    Attributes:
        frame: its position in the file, from 0.
        seconds: when it is shown, from the first frame on.
        picture: RGB, uint8 [H, W, 3], upright.
        faces: all that are in it; empty where there is none.
    """

    frame: int
    seconds: float
    picture: np.ndarray
    faces: tuple[FollowedFace, ...]


def stream_faces(
    path: Path | str,
    detector: Detector,
    *,
    every: int = 5,
    patience: int = PATIENCE,
    limits: Limits = NO_LIMITS,
) -> Iterator[Look]:
    """Yield frames 0, every, 2 * every, ... with their faces, followed from look to look.

    The file is decoded once. The detector works ahead on all cores, in threads where it has the
    attribute `in_threads`, else in processes. At most two frames a core are held, and less than
    256 MiB of them; dlib takes some 46 bytes a pixel more while it works on one. Faces are told
    apart by their places alone: who stands in another's place after a cut goes on with that number.

    Args:
        path: a video file.
        detector: finds the faces.
        every: how many frames from one look to the next.
        patience: see `data_prep.faces.follow.Tracker`.
        limits: what is read of the video at most.

    Raises:
        TooLargeError: the video is beyond the limits.
        BadVideoError: it is truncated or damaged, or a frame has more faces than are looked at;
            all looks before it were yielded then.
        ValueError: `every` is less than 1, or the detector gives what is no box.
    """
    _check_every(every)
    tracker = Tracker(patience)
    frames = stream_frames(path, itertools.count(0, every), limits)
    for frame, boxes in _detected(frames, detector, Path(path)):
        tracks = tracker.follow(boxes)
        yield Look(*frame, tuple(map(FollowedFace, tracks, boxes)))


def stream_given_faces(
    path: Path | str, faces: Faces, *, every: int = 5, limits: Limits = NO_LIMITS
) -> Iterator[Look]:
    """Yield the looks at frames whose boxes are known, at least `every` apart, from the first.

    Args:
        path: a video file.
        faces: as `data_prep.faces.boxes.read_faces` gives them for this video; each is a track.
        every: the least distance from one look to the next, frames.
        limits: what is read of the video at most.

    Raises:
        TooLargeError: the video is beyond the limits.
        BadVideoError: it is truncated or damaged, or a frame has more faces than are looked at;
            all looks before it were yielded then.
        ValueError: `every` is less than 1.
    """
    _check_every(every)
    known: defaultdict[int, list[FollowedFace]] = defaultdict(list)
    for number, boxes in enumerate(faces):
        for frame, box in by_frame(boxes, None).items():
            if isinstance(frame, int):
                known[frame].append(FollowedFace(number, box))
    numbers = sorted(known)
    wanted = [numbers[place] for place in looked_at(numbers, every)]
    for frame in stream_frames(path, wanted, limits):
        check_number(len(known[frame.number]), f"frame {frame.number}")
        yield Look(*frame, tuple(known[frame.number]))


def _check_every(every: int) -> None:
    if every < 1:
        raise ValueError(f"faces are looked for in every n-th frame, n at least 1, not {every}")


def _detected(
    frames: Iterator[StreamedFrame], detector: Detector, path: Path
) -> Iterator[tuple[StreamedFrame, list[Box]]]:
    """Yield the frames with the boxes found in them, in order, then raise what ended them."""
    ended: list[BadVideoError] = []

    def until_damage() -> Iterator[StreamedFrame]:
        try:
            yield from frames
        except BadVideoError as error:
            ended.append(error)

    def boxes(frame: StreamedFrame) -> list[Box]:
        return boxes_in(frame.pixels, detector, f"frame {frame.number} of {path}")

    readable = until_damage()
    first = next(readable, None)
    if first is not None:
        room = max(1, _IN_FLIGHT // first.pixels.nbytes)
        yield from in_order(
            boxes,
            itertools.chain([first], readable),
            processes=not getattr(detector, "in_threads", False),
            ahead=min(room, 2 * (os.cpu_count() or 1)),
        )
    for error in ended:
        raise error
