"""What is known of the frames of a video, brought to the frames that it is of, by their numbers.

Boxes and regions are written for a named video. They serve its forgeries too, which may have fewer
frames, or others: never is what is known of one moment taken for another.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from data_prep.faces.boxes import Box, Faces, FaceTrack, VideoBoxes
from data_prep.media.video import BadVideoError
from data_prep.source.frame_names import Frame, named_frame
from data_prep.videos.forged_face import forged_track
from data_prep.videos.frames import frame_numbers, numbers_in

REACH = 25
"""How many frames away a box of extracted frames may be to serve a frame without one: a second."""

_ALL = range(1 << 31)

Entry = TypeVar("Entry")


def by_frame(
    entries: Sequence[Entry | None] | Mapping[str, Entry | None], video: Path | None
) -> dict[Frame, Entry]:
    """Return what is known of the frames of a video by their numbers.

    Args:
        entries: by the names or numbers of frames; or a list: an entry for each frame of a folder,
            in order, or for each frame of the video file, from 0.
        video: that they are written for, a file or folder; None where it is not there.

    Raises:
        BadVideoError: a list that fits neither the frames of the folder nor their numbers.
    """
    folder = video if video is not None and video.is_dir() else None
    numbers = frame_numbers(folder) if folder else ()
    if isinstance(entries, Mapping):
        names = set(numbers)
        pairs = ((named_frame(name, names), entry) for name, entry in entries.items())
    elif not folder or list(numbers) == list(range(len(numbers))):
        pairs = enumerate(entries)
    elif len(entries) == len(numbers):
        pairs = zip(numbers, entries, strict=True)
    elif all(isinstance(number, int) and number < len(entries) for number in numbers):
        pairs = enumerate(entries)
    else:
        raise BadVideoError(
            f"a list of {len(entries)} entries fits neither its {len(numbers)} frames nor their "
            "numbers: give an object with the names of frames"
        )
    return {number: entry for number, entry in pairs if entry is not None}


def face_track(
    boxes: VideoBoxes, named: Path | None, video: Path, reach: float = REACH
) -> FaceTrack:
    """Return the boxes of a named video for the frames of `video`, the same or a forgery of it.

    Of video files every box serves the frames up to the next and beyond the end. Of extracted
    frames it serves its own frame, and those without a face that are within reach.

    Args:
        boxes: as their file has them.
        named: the file or folder that they are of, None where it is not there.
        video: whose frames are cropped.
        reach: see `FaceTrack`.

    Raises:
        BadVideoError: boxes that belong to no frames, or a folder that cannot be read.
    """
    known = by_frame(boxes, named)
    if named is not None and named.is_dir():
        return FaceTrack(known, set(frame_numbers(named)), reach)
    if named is None and (isinstance(boxes, Mapping) or video.is_dir()):
        return FaceTrack(known, set(known), reach)
    return FaceTrack(known, _ALL, reach if video.is_dir() else math.inf)


def boxes_of_frames(
    video: Path,
    sources: Iterable[tuple[Faces, Path | None]],
    reach: float = REACH,
    masks: Path | None = None,
) -> list[Box | None]:
    """Return the box of each frame of a video, None where no source has one.

    Where a source has several faces it is that of the one that the masks meet, or the first.

    Args:
        video: the file, or the folder of its frames.
        sources: the faces in a video, and that video, the best first.
        reach: see `FaceTrack`.
        masks: a mask video or folder of masks that shows which face is forged.

    Raises:
        BadVideoError: the video is not whole, or as `face_track`.
    """
    boxes: list[Box | None] = [None] * len(frame_numbers(video))
    tracks = []
    for faces, named in sources:
        of_faces = [face_track(boxes, named, video, reach) for boxes in faces]
        if masks is not None and len(of_faces) > 1:
            of_faces = [forged_track(of_faces, named or video, masks)]
        tracks.append((of_faces[0], numbers_in(video, named)))
    # A box of this very frame comes before one of a frame near it, whoever has it.
    exact = [(track.boxes.get, numbers) for track, numbers in tracks if video.is_dir()]
    for find, numbers in (*exact, *((track.at, numbers) for track, numbers in tracks)):
        boxes = [box or find(number) for box, number in zip(boxes, numbers, strict=True)]
    return boxes
