"""All faces of one picture."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from data_prep.faces.boxes import Box
from data_prep.faces.follow import Detector
from data_prep.limits import FRAME_FACES, PICTURE_PIXELS
from data_prep.media.containers import BadVideoError
from data_prep.media.pictures import BadPictureError, read_pixels


class TooManyFacesError(BadPictureError, BadVideoError):
    """A picture, or a frame of a video, with more faces than are looked at."""


def check_number(faces: int, where: str) -> None:
    """Check how many faces a picture or frame has.

    Raises:
        TooManyFacesError: they are too many.
    """
    if faces > FRAME_FACES:
        raise TooManyFacesError(f"{faces:,} faces in {where}, of which at most {FRAME_FACES} are "
                                "looked at")  # fmt: skip


def faces_in_picture(
    path: Path | str, detector: Detector, *, max_pixels: int = PICTURE_PIXELS
) -> tuple[np.ndarray, list[Box]]:
    """Return a picture and the boxes of all its faces.

    Args:
        path: a file that `data_prep.media.pictures` reads.
        detector: finds the faces.
        max_pixels: the largest width times height accepted.

    Returns:
        RGB, uint8 [H, W, 3], upright by its EXIF entry; and the boxes in the detector's order.

    Raises:
        BadPictureError: empty, truncated, too large, not a picture, or not readable.
        ValueError: the detector gives what is no box.
    """
    picture, _ = read_pixels(Path(path), max_pixels=max_pixels)
    return picture, boxes_in(picture, detector, str(path))


def boxes_in(picture: np.ndarray, detector: Detector, called: str) -> list[Box]:
    """Return the boxes that a detector finds in a picture.

    Args:
        picture: RGB, uint8 [H, W, 3].
        detector: finds the faces.
        called: what an error calls the picture.

    Raises:
        TooManyFacesError: it finds more than `data_prep.limits.FRAME_FACES`.
        ValueError: the detector gives what is no box: one must not spoil a file of all others.
    """
    boxes = detector(picture)
    check_number(len(boxes), called)
    return [_checked(box, called) for box in boxes]


def _checked(box: Sequence[float], called: str) -> Box:
    try:
        checked = Box(*map(float, box))
    except (TypeError, ValueError):
        checked = None
    if checked is None or not all(map(math.isfinite, checked)) or min(checked[2:]) <= 0:
        raise ValueError(
            f"the detector gave {box!r} for {called}: a box is x, y, width and height in pixels, "
            "the last two positive"
        )
    return checked
