"""The largest face in videos, frame by frame: detected once, stored, and found again."""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

from data_prep.faces.boxes import Box, BoxList, VideoBoxes
from data_prep.faces.follow import Detector, follow_largest
from data_prep.media.video import BadVideoError
from data_prep.running.in_order import in_order
from data_prep.running.preparation import OnProgress
from data_prep.videos.detection.store import BoxStore, opened_store
from data_prep.videos.frames import frame_numbers, read_frames, record_numbers

_LOG = logging.getLogger(__name__)

_SECONDS_BETWEEN_WRITES = 30.0
# A store of a hundred thousand videos takes seconds to write: not more than a tenth of the time.
_TIMES_A_WRITE = 10


class Found(NamedTuple):
    """The boxes of a video, by frame, and the file or folder of frames they were found in."""

    file: Path
    boxes: BoxList


class Detected(NamedTuple):
    """What became of the videos.

    Attributes:
        boxes: video -> its boxes, one entry a frame; stored ones of other videos are among them.
        stored: how many of the videos had boxes in the store already.
        without: videos in which no face was found.
        bad: video -> why it cannot be read.
    """

    boxes: dict[str, VideoBoxes]
    stored: int
    without: tuple[str, ...]
    bad: dict[str, str]


def boxes_of_videos(
    videos: Mapping[str, Sequence[Path]],
    store: Path,
    detector: Detector,
    *,
    every: int = 1,
    on_progress: OnProgress | None = None,
) -> Detected:
    """Return the boxes of the largest face of each video; detect those that `store` does not have.

    All cores work, a video each. What is found is written to the store every 30 s and when the work
    ends or is interrupted: started again it goes on with what is done. A second process with the
    same store waits for the first and takes what that found. Stored boxes serve every quality of a
    video, until the file that they were found in is another or gone.

    Args:
        videos: name (`data_prep.faces.boxes`) -> its versions, see `detect_in_versions`.
        store: a file of face boxes; made if there is none.
        detector: finds the faces.
        every: looks at every n-th frame only.
        on_progress: called with (videos done, videos in all), before the first video too; not
            where all are stored.

    Raises:
        FaceBoxesError: the store has another form.
        ValueError: `every` is less than 1, or the detector gives what is no box.
        OSError: the store cannot be written to; what it held before is kept.
    """
    with opened_store(store) as opened:
        wanted = [(name, files) for name, files in videos.items() if name not in opened.boxes]
        done = stored = len(videos) - len(wanted)
        tell = on_progress or (lambda done, total: None)
        if wanted:
            _LOG.info(
                "faces of %d of %d videos are in %s; looking at the others",
                stored,
                len(videos),
                store,
            )
            tell(done, len(videos))
        bad: dict[str, str] = {}
        for name, result in _detect(wanted, opened, partial(_look, detector=detector, every=every)):
            if isinstance(result, BadVideoError):
                bad[name] = str(result)
            done += 1
            tell(done, len(videos))
    boxes = opened.boxes
    without = tuple(sorted(video for video in videos if video in boxes and not any(boxes[video])))
    return Detected(boxes, stored, without, bad)


def _detect(
    wanted: Sequence[tuple[str, Sequence[Path]]],
    store: BoxStore,
    look: Callable[[tuple[str, Sequence[Path]]], Found | BadVideoError],
) -> Iterator[tuple[str, Found | BadVideoError]]:
    """Look at each video, store what is found, and yield (video, what was found)."""
    if not wanted:
        return
    written, pause = time.monotonic(), _SECONDS_BETWEEN_WRITES
    try:
        for (name, _), result in in_order(look, wanted, processes=True):
            if not isinstance(result, BadVideoError):
                store.add(name, *result)
            yield name, result
            begin = time.monotonic()
            if begin - written > pause:
                store.write()
                written = time.monotonic()
                pause = max(_SECONDS_BETWEEN_WRITES, _TIMES_A_WRITE * (written - begin))
    finally:
        store.write()


def _look(
    video: tuple[str, Sequence[Path]], *, detector: Detector, every: int
) -> Found | BadVideoError:
    try:
        return detect_in_versions(video[1], detector, every)
    except BadVideoError as error:
        return error


def detect_in_versions(versions: Sequence[Path], detector: Detector, every: int = 1) -> Found:
    """Return the boxes of a video, looked for in the best version of it that can be read.

    Args:
        versions: the same video in several qualities, best first; last the video that is cropped.
            Other frames than that one has, by their numbers, make a version another video.
        detector: see `detect_boxes`, as for `every`.
        every: likewise.

    Raises:
        BadVideoError: the last version is not whole.
        ValueError: what `detect_boxes` raises.
    """
    *better, video = versions
    if better:
        numbers = frame_numbers(video)
        for version in better:
            try:
                if frame_numbers(version) == numbers:
                    return Found(version, detect_boxes(version, detector, every))
            except BadVideoError:
                continue
    return Found(video, detect_boxes(video, detector, every))


def detect_boxes(video: Path, detector: Detector, every: int = 1) -> BoxList:
    """Return the box of a video's largest face, by frame.

    Args:
        video: the file, or the folder of its frames.
        detector: finds the faces.
        every: looks at frames 0, every, 2 * every, ...; of extracted frames at those whose numbers
            are at least so far apart.

    Returns:
        One entry for each frame of the video; None where the face was not found, or not looked for.

    Raises:
        BadVideoError: the video is not whole.
        ValueError: `every` is less than 1, or the detector gives what is no box.
    """
    if every < 1:
        raise ValueError(f"faces are looked for in every n-th frame, n at least 1, not {every}")
    numbers = record_numbers(frame_numbers(video))
    positions = looked_at(numbers, every)
    looks = [
        [_checked(box, video, position) for box in detector(picture)]
        for position, picture in zip(positions, read_frames(video, positions), strict=True)
    ]
    boxes: list[Box | None] = [None] * len(numbers)
    for look, (position, box) in enumerate(zip(positions, follow_largest(looks), strict=True)):
        # A face cannot be followed over a gap of many frames: what is largest there counts.
        if box is None and looks[look] and _is_far(numbers, positions, look, every):
            box = max(looks[look], key=lambda box: box.width * box.height)
        boxes[position] = box
    return tuple(boxes)


def looked_at(numbers: Sequence[int], every: int) -> list[int]:
    """Return the positions of frames whose numbers are at least `every` apart, from the first."""
    positions: list[int] = []
    for position, number in enumerate(numbers):
        if not positions or number - numbers[positions[-1]] >= every:
            positions.append(position)
    return positions


def _is_far(numbers: Sequence[int], positions: Sequence[int], look: int, every: int) -> bool:
    """Return whether no look was at a frame that is at most `every` away."""
    number = numbers[positions[look]]
    near = [*positions[max(look - 1, 0) : look], *positions[look + 1 : look + 2]]
    return all(abs(numbers[position] - number) > every for position in near)


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
