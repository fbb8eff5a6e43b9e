"""Where the faces are: a JSON file with one box for every frame of every video.

    {"format": "face_boxes/1",
     "videos": {"youtube/000": [[31, 20, 64, 80], null, [32.5, 20, 64, 80]],
                "Deepfakes/000_003": [...]}}

A video is named by its source or method and its name. Its list has an entry for each frame, from
frame 0: [x, y, width, height] in pixels of the video, x and y of the upper left corner, or null
where no face was found. A corner may lie outside the picture, as detectors give it. Detected boxes
come with `"found_in": {"youtube/000": [path, size, time], ...}`, the files that they are of; a file
without it is as good.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from data_prep.source.json_objects import JsonError, read_json, shown

BOXES_FILE = "face_boxes.json"
FORMAT = "face_boxes/1"
FOUND_IN = "found_in"
BOXES_HELP = (
    f'{{"format": "{FORMAT}", "videos": {{"youtube/000": [[x, y, width, height], null, ...], '
    '"Deepfakes/000_003": [...]}}: one entry a frame, in pixels, null where there is no face'
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


VideoBoxes = tuple[Box | None, ...]


def read_face_boxes(path: Path | str) -> dict[str, VideoBoxes]:
    """Read a file of boxes.

    Returns:
        Video -> one box, or None, for each frame.

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
    return {video: _video_boxes(entries, path, video) for video, entries in videos.items()}


def write_face_boxes(
    path: Path | str,
    videos: Mapping[str, Sequence[Sequence[float] | None]],
    found_in: Mapping[str, Sequence[Any]] | None = None,
) -> None:
    """Write a file of boxes, one line a video, sorted by name.

    Args:
        path: the file.
        videos: video -> [x, y, width, height], or None, for each frame.
        found_in: video -> path, size and time of the file that they are of, where that is known.

    Raises:
        FaceBoxesError: a box is no box; nothing is written then.
    """
    path = Path(path)
    lines = []
    for video in sorted(videos):
        boxes = _video_boxes(list(videos[video]), path, video)
        written = [None if box is None else [_shortest(value) for value in box] for box in boxes]
        lines.append(f"{json.dumps(video)}: {json.dumps(written)}")
    content = f'"format": "{FORMAT}", "videos": {{\n{_NEXT.join(lines)}\n}}'
    if found_in:
        files = (
            f"{json.dumps(video)}: {json.dumps(found_in[video])}" for video in sorted(found_in)
        )
        content += f', "{FOUND_IN}": {{\n{_NEXT.join(files)}\n}}'
    path.write_text(f"{{{content}}}\n", encoding="utf-8")


def first_with_boxes(boxes: Mapping[str, VideoBoxes], videos: Sequence[str]) -> VideoBoxes:
    """Return the boxes of the first of `videos` that has any; empty where none has."""
    candidates = (boxes.get(video, ()) for video in videos)
    return next((in_video for in_video in candidates if any(in_video)), ())


def nearest_box(boxes: Sequence[Box | None], frame: int) -> Box | None:
    """Return the box of `frame`, or of the nearest frame that has one (the earlier of two as near).

    Args:
        boxes: of one video.
        frame: position in the video; may lie beyond the end of `boxes`.

    Returns:
        The box, None where no frame has one.
    """
    known = [position for position, box in enumerate(boxes) if box is not None]
    if not known:
        return None
    return boxes[min(known, key=lambda position: abs(position - frame))]


def _video_boxes(entries: Any, path: Path, video: str) -> VideoBoxes:
    if not isinstance(entries, list):
        raise FaceBoxesError(f"{path}: the boxes of {video} are no list; the form is {BOXES_HELP}")
    return tuple(
        None if entry is None else _box(entry, path, video, frame)
        for frame, entry in enumerate(entries)
    )


def _box(entry: Any, path: Path, video: str, frame: int) -> Box:
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


def _shortest(value: float) -> float | int:
    return int(value) if value.is_integer() else value
