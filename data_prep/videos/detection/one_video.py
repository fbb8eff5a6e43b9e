"""The boxes of one video's largest face, frame by frame."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from data_prep.faces.boxes import Box, VideoBoxes
from data_prep.faces.follow import Detector, follow_largest
from data_prep.media.video import BadVideoError
from data_prep.videos.frames import count_frames, read_frames


class Found(NamedTuple):
    """The boxes of a video, by frame, and the file or folder of frames they were found in."""

    file: Path
    boxes: VideoBoxes


def detect_in_versions(versions: Sequence[Path], detector: Detector, every: int = 1) -> Found:
    """Return the boxes of a video, looked for in the best version of it that can be read.

    Args:
        versions: the same video in several qualities, best first; last the video that is cropped.
            Another number of frames than that one has makes a version another video.
        detector: see `detect_boxes`, as for `every`.
        every: likewise.

    Raises:
        BadVideoError: the last version is not whole.
        ValueError: what `detect_boxes` raises.
    """
    *better, video = versions
    if better:
        length = count_frames(video)
        for version in better:
            try:
                if count_frames(version) == length:
                    return Found(version, detect_boxes(version, detector, every))
            except BadVideoError:
                continue
    return Found(video, detect_boxes(video, detector, every))


def detect_boxes(video: Path, detector: Detector, every: int = 1) -> VideoBoxes:
    """Return the box of a video's largest face, by frame.

    Args:
        video: the file, or the folder of its frames.
        detector: finds the faces.
        every: looks at frames 0, every, 2 * every, ...

    Returns:
        One entry for each frame of the video; None where the face was not found, or not looked for.

    Raises:
        BadVideoError: the video is not whole.
        ValueError: `every` is less than 1, or the detector gives what is no box.
    """
    if every < 1:
        raise ValueError(f"faces are looked for in every n-th frame, n at least 1, not {every}")
    length = count_frames(video)
    positions = range(0, length, every)
    looks = (
        [_checked(box, video, position) for box in detector(picture)]
        for position, picture in zip(positions, read_frames(video, positions), strict=True)
    )
    boxes: list[Box | None] = [None] * length
    for position, box in zip(positions, follow_largest(looks), strict=True):
        boxes[position] = box
    return tuple(boxes)


def _checked(box: Sequence[float], video: Path, frame: int) -> Box:
    """Return a box that a detector gave; one bad box must not spoil the file of all others."""
    try:
        checked = Box(*map(float, box))
    except (TypeError, ValueError):
        checked = None
    if checked is None or not all(map(math.isfinite, checked)) or min(checked[2:]) <= 0:
        raise ValueError(
            f"the detector gave {box!r} for frame {frame} of {video}: a box is x, y, width and "
            "height in pixels, the last two positive"
        )
    return checked
