"""The faces in videos, frame by frame: detected once, stored, and found again."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

from data_prep.faces.boxes import BoxList, Faces, has_box
from data_prep.faces.follow import Detector, follow_faces
from data_prep.faces.in_picture import boxes_in
from data_prep.media.video import BadVideoError
from data_prep.running.in_order import in_order
from data_prep.running.preparation import OnProgress
from data_prep.source.frame_names import record_numbers
from data_prep.videos.detection.store import BoxStore, opened_store
from data_prep.videos.frames import frame_numbers, read_frames

_LOG = logging.getLogger(__name__)

_SECONDS_BETWEEN_WRITES = 30.0
# A store of a hundred thousand videos takes seconds to write: not more than a tenth of the time.
_TIMES_A_WRITE = 10
# Of a crowd: more would fill the store with false alarms.
_FACES = 8


class Found(NamedTuple):
    """The faces in a video, and the file or folder of frames they were found in."""

    file: Path
    faces: tuple[BoxList, ...]


class Detected(NamedTuple):
    """What became of the videos.

    Attributes:
        faces: video -> the boxes of its faces; stored ones of other videos are among them.
        stored: how many of the videos had boxes in the store already.
        without: videos in which no face was found.
        bad: video -> why it cannot be read.
    """

    faces: dict[str, Faces]
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
    """Return the faces of each video, the largest first; detect those that `store` does not have.

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
        wanted = [(name, files) for name, files in videos.items() if name not in opened.faces]
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
    faces = opened.faces
    without = (name for name in videos if name in faces and not has_box(faces[name][0]))
    return Detected(faces, stored, tuple(sorted(without)), bad)


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
    """Return the faces in a video, looked for in the best version of it that can be read.

    Args:
        versions: the same video in several qualities, best first; last the video that is cropped.
            Other frames than that one has, by their numbers, make a version another video.
        detector: see `detect_faces`, as for `every`.
        every: likewise.

    Raises:
        BadVideoError: the last version is not whole.
        ValueError: what `detect_faces` raises.
    """
    *better, video = versions
    if better:
        numbers = frame_numbers(video)
        for version in better:
            try:
                if frame_numbers(version) == numbers:
                    return Found(version, detect_faces(version, detector, every))
            except BadVideoError:
                continue
    return Found(video, detect_faces(video, detector, every))


def detect_faces(video: Path, detector: Detector, every: int = 1) -> tuple[BoxList, ...]:
    """Return the boxes of the faces in a video, of the largest first.

    Args:
        video: the file, or the folder of its frames.
        detector: finds the faces.
        every: looks at frames 0, every, 2 * every, ...; of extracted frames at those whose numbers
            are at least so far apart.

    Returns:
        For each of the eight largest faces an entry for each frame of the video, None where it was
        not found, or not looked for. Where there is no face at all, one that is nowhere.

    Raises:
        BadVideoError: the video is not whole.
        ValueError: `every` is less than 1, or the detector gives what is no box.
    """
    if every < 1:
        raise ValueError(f"faces are looked for in every n-th frame, n at least 1, not {every}")
    numbers = record_numbers(frame_numbers(video))
    positions = looked_at(numbers, every)
    looks = [
        boxes_in(picture, detector, f"frame {position} of {video}")
        for position, picture in zip(positions, read_frames(video, positions), strict=True)
    ]
    nowhere: BoxList = (None,) * len(looks)
    first, *others = follow_faces(looks)[:_FACES] or [nowhere]
    # A face cannot be followed over a gap of many frames: what is largest there counts.
    first = tuple(
        max(boxes, key=lambda box: box.width * box.height)
        if box is None and boxes and _is_far(numbers, positions, look, every)
        else box
        for look, (box, boxes) in enumerate(zip(first, looks, strict=True))
    )
    places = [dict(zip(positions, face, strict=True)) for face in (first, *others)]
    return tuple(tuple(map(face.get, range(len(numbers)))) for face in places)


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
