"""Face boxes of many videos: detected once, stored, and found again."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import NamedTuple

from data_prep.detection import Detector, detect_boxes
from data_prep.face_boxes import VideoBoxes, read_face_boxes, write_face_boxes
from data_prep.reading import in_order
from data_prep.video import BadVideoError

_SECONDS_BETWEEN_WRITES = 30.0


class Detected(NamedTuple):
    """What became of the videos.

    Attributes:
        boxes: video -> its boxes, one entry a frame; stored ones of other videos are among them.
        kept: how many of the videos had boxes in the store already.
        without: videos in which no face was found.
        bad: video -> why it cannot be read.
    """

    boxes: dict[str, VideoBoxes]
    kept: int
    without: tuple[str, ...]
    bad: dict[str, str]


def boxes_of_videos(
    videos: Mapping[str, Path],
    store: Path,
    detector: Detector,
    *,
    every: int = 1,
    on_progress: Callable[[int, int], None] | None = None,
) -> Detected:
    """The boxes of the largest face of each video; detects those that `store` does not have.

    All cores work, a video each. What is found is written to the store every 30 s and when the work
    ends or is interrupted: started again it goes on with what is done. The store knows videos by
    name alone: boxes of the raw or c23 version serve the others.

    Args:
        videos: name (`data_prep.face_boxes`) -> file.
        store: a file of face boxes; made if there is none.
        detector: finds the faces.
        every: looks at every n-th frame only.
        on_progress: called with (videos done, videos in all).

    Raises:
        FaceBoxesError: the store has another form.
        ValueError: `every` is less than 1.
        OSError: the store cannot be written to.
    """
    boxes = read_face_boxes(store) if store.is_file() else {}
    wanted = {video: file for video, file in videos.items() if video not in boxes}
    kept = len(videos) - len(wanted)
    bad: dict[str, str] = {}
    written = time.monotonic()
    store.parent.mkdir(parents=True, exist_ok=True)
    done = kept
    try:
        look = partial(_look, detector=detector, every=every)
        for (video, _), found in in_order(look, wanted.items(), processes=True):
            if isinstance(found, BadVideoError):
                bad[video] = str(found)
            else:
                boxes[video] = found
            done += 1
            if on_progress is not None:
                on_progress(done, len(videos))
            if time.monotonic() - written > _SECONDS_BETWEEN_WRITES:
                _write(store, boxes)
                written = time.monotonic()
    finally:
        if done > kept:
            _write(store, boxes)
    without = tuple(sorted(video for video in videos if video in boxes and not any(boxes[video])))
    return Detected(boxes, kept, without, bad)


def _look(video: tuple[str, Path], *, detector: Detector, every: int) -> VideoBoxes | BadVideoError:
    try:
        return detect_boxes(video[1], detector, every)
    except BadVideoError as error:
        return error


def _write(store: Path, boxes: Mapping[str, VideoBoxes]) -> None:
    """Replaces the store in one step, so that it is whole at any time."""
    partial_file = store.with_name(f".{store.name}.partial-{os.getpid()}")
    try:
        write_face_boxes(partial_file, boxes)
        partial_file.replace(store)
    finally:
        partial_file.unlink(missing_ok=True)
