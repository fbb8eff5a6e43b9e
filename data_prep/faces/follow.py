"""What finds faces in a picture, and how one of them is followed from frame to frame."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

import numpy as np

from data_prep.faces.boxes import Box, BoxList

OVERLAP = 0.3
"""The least intersection over union of one face's boxes in successive looks, as in SORT (Bewley et
al. 2016, 1602.00763)."""


class Detector(Protocol):
    """Finds faces in a picture. Videos are worked on in processes: it must be picklable."""

    def __call__(self, picture: np.ndarray) -> Sequence[Box]:
        """Return the boxes of all faces.

        Args:
            picture: RGB, uint8 [H, W, 3].
        """
        ...


def follow_faces(looks: Iterable[Sequence[Box]]) -> list[BoxList]:
    """Return the boxes of each face, out of all faces' boxes, the largest face first.

    Boxes that overlap by `OVERLAP` or more from one look to the next are one face, the pairs that
    overlap most first; a face that is missing for a while is taken up again where it was last. The
    largest face is the one whose boxes' areas are together the largest, so that neither a passer-by
    near the camera nor a false alarm in the first frame is taken for it.

    Args:
        looks: the boxes of all faces, for each frame that was looked at.

    Returns:
        For each face one entry for each look; None where that face was not found.
    """
    faces: list[dict[int, Box]] = []
    number = -1
    for number, boxes in enumerate(looks):
        waiting = list(boxes)
        for face, box in _matches([face[max(face)] for face in faces], waiting):
            faces[face][number] = box
            waiting.remove(box)
        faces += [{number: box} for box in waiting]
    faces.sort(key=_area, reverse=True)
    return [tuple(face.get(look) for look in range(number + 1)) for face in faces]


def overlap(first: Box, second: Box) -> float:
    """Return intersection over union of two boxes, 0 to 1."""
    width = min(first.x + first.width, second.x + second.width) - max(first.x, second.x)
    height = min(first.y + first.height, second.y + second.height) - max(first.y, second.y)
    common = max(width, 0.0) * max(height, 0.0)
    return common / (first.width * first.height + second.width * second.height - common)


def _matches(last: Sequence[Box], boxes: Sequence[Box]) -> list[tuple[int, Box]]:
    """Return (face, box) of those that belong together, each face and box at most once."""
    pairs = sorted(
        (
            (overlap(before, box), face, place)
            for face, before in enumerate(last)
            for place, box in enumerate(boxes)
        ),
        key=lambda pair: (-pair[0], pair[1], pair[2]),
    )
    matches: dict[int, int] = {}
    for common, face, place in pairs:
        if common >= OVERLAP and face not in matches and place not in matches.values():
            matches[face] = place
    return [(face, boxes[place]) for face, place in matches.items()]


def _area(face: dict[int, Box]) -> float:
    return sum(box.width * box.height for box in face.values())
