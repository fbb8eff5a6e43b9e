"""Where the faces are: a JSON file with one box for every frame of every video.

    {"format": "face_boxes/1",
     "videos": {"youtube/000": [[31, 20, 64, 80], null, [32.5, 20, 64, 80]],
                "youtube/001": {"0014.png": [31, 20, 64, 80], "0029.png": null},
                "Deepfakes/000_003": [...]}}

A video is named by its source or method and its name. Its list has an entry for each frame, from
the first: [x, y, width, height] in pixels of the video, x and y of the upper left corner, or null
where no face was found. An object names the frames instead: by their numbers, or by the names of
extracted pictures. A corner may lie outside the picture, as detectors give it.

Where several faces are seen, `"others": {"youtube/000": [[...], ...]}` has the boxes of the further
ones, each as in `videos`: masks tell which face is forged. Detected boxes come with `"found_in":
{"youtube/000": [path, size, time], ...}`, the files that they are of. A file without either is as
good.
"""

from __future__ import annotations

import json
import math
from bisect import bisect_left
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from data_prep.prepared.files import replacing
from data_prep.source.frame_names import Frame
from data_prep.source.json_objects import JsonError, read_json, shown

BOXES_FILE = "face_boxes.json"
FORMAT = "face_boxes/1"
OTHERS = "others"
FOUND_IN = "found_in"
BOXES_HELP = (
    f'{{"format": "{FORMAT}", "videos": {{"youtube/000": [[x, y, width, height], null, ...], '
    '"Deepfakes/000_003": {"0014": [...], ...}}}: one entry a frame, in pixels, null where there '
    "is no face"
)

_LARGEST = 1e6  # pixels; beyond every picture
_NEXT = ",\n"


class FaceBoxesError(ValueError):
    """A file of boxes that does not have the form above."""


class Box(NamedTuple):
    """A face in a frame, in pixels; `x` and `y` are the upper left corner."""

    x: float
    y: float
    width: float
    height: float


BoxList = tuple[Box | None, ...]
"""A box, or None, for each frame of a video."""

VideoBoxes = BoxList | Mapping[str, Box | None]
"""The same, or by the names or numbers of the frames."""

Faces = tuple[VideoBoxes, ...]
"""Several faces in a video, the foremost first."""


@dataclass(frozen=True)
class FaceTrack:
    """One face, followed through a video.

    Attributes:
        boxes: frame -> box, where it is known.
        frames: what are frames of that video.
        reach: how many numbers away a box may be to serve a frame without one.
    """

    boxes: Mapping[Frame, Box]
    frames: Container[Frame]
    reach: float = math.inf

    @cached_property
    def _numbers(self) -> list[int]:
        return sorted(number for number in self.boxes if isinstance(number, int))

    def at(self, frame: Frame) -> Box | None:
        """Return the box of a frame, or of the nearest that has one (the earlier of two as near).

        None where that is out of reach, and for what is no frame of the video.
        """
        if frame not in self.frames or frame in self.boxes:
            return self.boxes.get(frame)
        if isinstance(frame, str):
            return None
        place = bisect_left(self._numbers, frame)
        beside = self._numbers[max(0, place - 1) : place + 1]
        near = min(beside, key=lambda number: (abs(number - frame), number), default=None)
        return None if near is None or abs(near - frame) > self.reach else self.boxes[near]


def read_faces(path: Path | str) -> dict[str, Faces]:
    """Read a file of boxes, with those of further faces.

    Raises:
        FileNotFoundError: there is no such file.
        FaceBoxesError: it has not the form this module describes; the text says where.
    """
    path = Path(path)
    try:
        content = read_json(path)
    except FileNotFoundError:
        raise FileNotFoundError(f"there is no file of face boxes {path}") from None
    except JsonError as error:
        raise FaceBoxesError(f"{error}; its form is {BOXES_HELP}") from None
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise FaceBoxesError(f"{path} does not say that it is {FORMAT}; its form is {BOXES_HELP}")
    videos = content.get("videos")
    if not isinstance(videos, dict):
        raise FaceBoxesError(f"{path} has no object `videos`; its form is {BOXES_HELP}")
    others = content.get(OTHERS, {})
    if not (isinstance(others, dict) and all(isinstance(faces, list) for faces in others.values())):
        raise FaceBoxesError(f"{path}: `{OTHERS}` is no object of lists of faces")
    return {
        video: tuple(_video_boxes(face, path, video) for face in (first, *others.get(video, ())))
        for video, first in videos.items()
    }


def read_face_boxes(path: Path | str) -> dict[str, VideoBoxes]:
    """Read the boxes of the foremost face of each video, see `read_faces`."""
    return {video: first for video, (first, *_) in read_faces(path).items()}


def write_face_boxes(
    path: Path | str,
    videos: Mapping[str, Sequence[Sequence[float] | None] | Mapping[str, Sequence[float] | None]],
    found_in: Mapping[str, Sequence[Any]] | None = None,
    others: Mapping[str, Sequence[Any]] | None = None,
) -> None:
    """Write a file of boxes, whole or not at all: one line a video, sorted by name.

    Args:
        path: the file.
        videos: video -> [x, y, width, height], or None, for each frame, in order or by its name.
        found_in: video -> path, size and time of the file that they are of, where that is known.
        others: video -> likewise for each further face.

    Raises:
        FaceBoxesError: a box is no box; nothing is written then.
        OSError: it cannot be written.
    """
    path = Path(path)
    boxes = {video: _written(entries, path, video) for video, entries in videos.items()}
    further = {
        video: [_written(face, path, video) for face in faces]
        for video, faces in (others or {}).items()
        if faces
    }
    parts = [f'"format": "{FORMAT}", {_lines("videos", boxes)}']
    parts += [
        _lines(name, entries)
        for name, entries in ((OTHERS, further), (FOUND_IN, found_in))
        if entries
    ]
    with replacing(path) as partial:
        partial.write_text(f"{{{', '.join(parts)}}}\n", encoding="utf-8")


def has_box(boxes: VideoBoxes) -> bool:
    """Return whether a face is known in any frame."""
    return any(boxes.values() if isinstance(boxes, Mapping) else boxes)


def _video_boxes(entries: Any, path: Path, video: str) -> VideoBoxes:
    if isinstance(entries, Mapping):
        return {name: _box_or_none(entry, path, video, name) for name, entry in entries.items()}
    if not isinstance(entries, list | tuple):
        raise FaceBoxesError(
            f"{path}: the boxes of {video} are no list and no object; the form is {BOXES_HELP}"
        )
    return tuple(_box_or_none(entry, path, video, frame) for frame, entry in enumerate(entries))


def _box_or_none(entry: Any, path: Path, video: str, frame: Frame) -> Box | None:
    return None if entry is None else _box(entry, path, video, frame)


def _box(entry: Any, path: Path, video: str, frame: Frame) -> Box:
    where = f"{path}: the box of frame {frame} of {video} is {shown(entry)}"
    try:
        numbers = [float(value) for value in entry if not isinstance(value, bool | str | bytes)]
    except (TypeError, ValueError, OverflowError):
        numbers = []
    if len(numbers) != 4 or len(entry) != 4 or not all(abs(n) <= _LARGEST for n in numbers):
        raise FaceBoxesError(
            f"{where}, not null or four numbers [x, y, width, height] up to {_LARGEST:,.0f} pixels"
        )
    box = Box(*numbers)
    if box.width <= 0 or box.height <= 0:
        raise FaceBoxesError(f"{where}: width and height must be positive")
    return box


def _written(entries: Any, path: Path, video: str) -> Any:
    """Return the boxes of a face as JSON has them."""

    def entry(box: Box | None) -> list[float | int] | None:
        return box and [int(value) if value.is_integer() else value for value in box]

    boxes = _video_boxes(entries, path, video)
    if isinstance(boxes, Mapping):
        return {name: entry(box) for name, box in boxes.items()}
    return [entry(box) for box in boxes]


def _lines(name: str, entries: Mapping[str, Any]) -> str:
    lines = (f"{json.dumps(video)}: {json.dumps(entries[video])}" for video in sorted(entries))
    return f'"{name}": {{\n{_NEXT.join(lines)}\n}}'
