"""Where the face is in a video: found by a detector, and followed from frame to frame."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np

from data_prep.face_boxes import Box, VideoBoxes
from data_prep.video import count_frames, read_frames

OVERLAP = 0.3
"""The least intersection over union of one face's boxes in successive looks, as in SORT (Bewley et
al. 2016, 1602.00763)."""


class Detector(Protocol):
    """Finds faces in a picture. Videos are worked on in processes: it must be picklable."""

    def __call__(self, picture: np.ndarray) -> Sequence[Box]:
        """The boxes of all faces.

        Args:
            picture: RGB, uint8 [H, W, 3].
        """
        ...


def detect_boxes(video: Path, detector: Detector, every: int = 1) -> VideoBoxes:
    """The box of a video's largest face, by frame.

    Args:
        video: the file.
        detector: finds the faces.
        every: looks at frames 0, every, 2 * every, ...

    Returns:
        One entry for each frame of the video; None where the face was not found, or not looked for.

    Raises:
        BadVideoError: the video is not whole.
        ValueError: `every` is less than 1.
    """
    if every < 1:
        raise ValueError(f"faces are looked for in every n-th frame, n at least 1, not {every}")
    length = count_frames(video)
    positions = range(0, length, every)
    boxes: list[Box | None] = [None] * length
    followed = follow_largest(map(detector, read_frames(video, positions)))
    for position, box in zip(positions, followed, strict=True):
        boxes[position] = box
    return tuple(boxes)


def follow_largest(looks: Iterable[Sequence[Box]]) -> VideoBoxes:
    """The largest face's boxes, out of all faces' boxes.

    Boxes that overlap by `OVERLAP` or more from one look to the next are one face, the pairs that
    overlap most first; a face that is missing for a while is taken up again where it was last. The
    largest face is the one whose boxes' areas are together the largest, so that neither a passer-by
    near the camera nor a false alarm in the first frame is taken for it.

    Args:
        looks: the boxes of all faces, for each frame that was looked at.

    Returns:
        One entry for each look; None where that face was not found.
    """
    faces: list[dict[int, Box]] = []
    number = -1
    for number, boxes in enumerate(looks):
        waiting = list(boxes)
        for face, box in _matches([face[max(face)] for face in faces], waiting):
            faces[face][number] = box
            waiting.remove(box)
        faces += [{number: box} for box in waiting]
    largest = max(faces, key=_area, default={})
    return tuple(largest.get(look) for look in range(number + 1))


def overlap(one: Box, other: Box) -> float:
    """Intersection over union of two boxes, 0 to 1."""
    width = min(one.x + one.width, other.x + other.width) - max(one.x, other.x)
    height = min(one.y + one.height, other.y + other.height) - max(one.y, other.y)
    common = max(width, 0.0) * max(height, 0.0)
    return common / (one.width * one.height + other.width * other.height - common)


def _matches(last: Sequence[Box], boxes: Sequence[Box]) -> list[tuple[int, Box]]:
    """(face, box) of those that belong together, each face and box at most once."""
    pairs = sorted(
        ((overlap(before, box), face, place)
         for face, before in enumerate(last) for place, box in enumerate(boxes)),
        key=lambda pair: (-pair[0], pair[1], pair[2]),
    )  # fmt: skip
    matches: dict[int, int] = {}
    for common, face, place in pairs:
        if common >= OVERLAP and face not in matches and place not in matches.values():
            matches[face] = place
    return [(face, boxes[place]) for face, place in matches.items()]


def _area(face: dict[int, Box]) -> float:
    return sum(box.width * box.height for box in face.values())
