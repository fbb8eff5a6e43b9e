"""What finds faces in a picture, and how one of them is followed from frame to frame."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Protocol

import numpy as np

from data_prep.faces.boxes import Box, BoxList

OVERLAP = 0.3
"""The least intersection over union of one face's boxes in successive looks, as in SORT (Bewley et
al. 2016, 1602.00763)."""
PATIENCE = 30
"""For how many looks a face may be missing, as in DeepSORT (Wojke et al. 2017, 1703.07402)."""


class Detector(Protocol):
    """Finds faces in a picture. It works in processes side by side, and so must be picklable.

    One that has the attribute `in_threads`, true, is called by several threads at a time where a
    single video is looked at, which spares it the processes.
    """

    def __call__(self, picture: np.ndarray) -> Sequence[Box]:
        """Return the boxes of all faces.

        Args:
            picture: RGB, uint8 [H, W, 3].
        """
        ...


class Tracker:
    """Gives each face one number through a video, a look at a time.

    Boxes that overlap by `OVERLAP` or more from one look to the next are one face, the pairs that
    overlap most first; a face that is missing for a while is taken up again where it was last.

    Attributes:
        patience: for how many looks in a row a face may be missing before it is given up: what is
            found there afterwards is another face. That bounds time and memory in a long video.
            None is for ever.
        known: face -> the look that it was last seen in, and where; without those given up.
    """

    def __init__(self, patience: int | None = PATIENCE):
        self.patience = patience
        self.known: dict[int, tuple[int, Box]] = {}
        self._looks = self._faces = 0

    def follow(self, boxes: Sequence[Box]) -> list[int]:
        """Return the number of each face of the next look, counted from 0 as they appear.

        Args:
            boxes: of all faces.
        """
        if self.patience is not None:
            oldest = self._looks - self.patience - 1
            self.known = {face: seen for face, seen in self.known.items() if seen[0] >= oldest}
        known = list(self.known)
        places = _matches([self.known[face][1] for face in known], boxes)
        numbers: list[int] = []
        for place, box in enumerate(boxes):
            if place in places:
                face = known[places[place]]
            else:
                face, self._faces = self._faces, self._faces + 1
            self.known[face] = (self._looks, box)
            numbers.append(face)
        self._looks += 1
        return numbers


def follow_faces(looks: Iterable[Sequence[Box]]) -> list[BoxList]:
    """Return the boxes of each face, out of all faces' boxes, the largest face first.

    They are followed as by a `Tracker` that gives up no face. The largest face is the one whose
    boxes' areas are together the largest, so that neither a passer-by near the camera nor a false
    alarm in the first frame is taken for it.

    Args:
        looks: the boxes of all faces, for each frame that was looked at.

    Returns:
        For each face one entry for each look; None where that face was not found.
    """
    tracker = Tracker(patience=None)
    faces: defaultdict[int, dict[int, Box]] = defaultdict(dict)
    number = -1
    for number, boxes in enumerate(looks):
        for face, box in zip(tracker.follow(boxes), boxes, strict=True):
            faces[face][number] = box
    largest_first = sorted(faces.values(), key=_area, reverse=True)
    return [tuple(face.get(look) for look in range(number + 1)) for face in largest_first]


def overlap(first: Box, second: Box) -> float:
    """Return intersection over union of two boxes, 0 to 1."""
    width = min(first.x + first.width, second.x + second.width) - max(first.x, second.x)
    height = min(first.y + first.height, second.y + second.height) - max(first.y, second.y)
    common = max(width, 0.0) * max(height, 0.0)
    if not common:  # boxes may be so small that their area is 0
        return 0.0
    return common / (first.width * first.height + second.width * second.height - common)


def _matches(last: Sequence[Box], boxes: Sequence[Box]) -> dict[int, int]:
    """Return place in `boxes` -> place in `last` of those that belong together, each at most once.

    Of pairs that overlap as much the earlier face comes first, then the earlier box.
    """
    pairs = (
        (overlap(before, box), face, place)
        for face, before in enumerate(last)
        for place, box in enumerate(boxes)
    )
    close = sorted((-common, face, place) for common, face, place in pairs if common >= OVERLAP)
    matches: dict[int, int] = {}
    taken: set[int] = set()
    for _, face, place in close:
        if face not in taken and place not in matches:
            taken.add(face)
            matches[place] = face
    return matches


def _area(face: dict[int, Box]) -> float:
    return sum(box.width * box.height for box in face.values())
