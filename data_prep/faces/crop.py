"""The official crop of FaceForensics++: a square around the face, resized to one side.

Roessler et al. 2019 (1901.08971) enlarge the detector's box by 1.3; how the square is kept inside
the picture follows the published detection script.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from data_prep.faces.boxes import Box

SCALE = 1.3


class BoxOutsideError(ValueError):
    """A face box that does not meet the picture."""


class Square(NamedTuple):
    """A square in a picture, in pixels; `x` and `y` are the upper left corner."""

    x: int
    y: int
    side: int


def face_square(box: Box, width: int, height: int, scale: float = SCALE) -> Square:
    """Return the square around a face that lies inside the picture.

    Its side is int(max(box sides) * scale), centred on the box. Where it leaves the picture to the
    left or above it is moved in; where it then ends beyond the right or lower border its side
    becomes shorter.

    Args:
        box: of the face, in pixels.
        width: of the picture.
        height: of the picture.
        scale: side of the square over the longer side of the box.

    Raises:
        BoxOutsideError: the box lies outside the picture.
    """
    left, top = max(box.x, 0), max(box.y, 0)
    right, bottom = min(box.x + box.width, width), min(box.y + box.height, height)
    if left >= right or top >= bottom:
        raise BoxOutsideError(
            f"the face box {[round(value, 1) for value in box]} lies outside the picture of "
            f"{width} x {height} pixels: were the boxes made for other videos?"
        )
    side = max(1, int(max(box.width, box.height) * scale))
    x = _inside(math.floor(box.x + box.width / 2) - side // 2, width)
    y = _inside(math.floor(box.y + box.height / 2) - side // 2, height)
    return Square(x, y, min(side, width - x, height - y))


def crop_face(picture: np.ndarray, square: Square, size: int) -> np.ndarray:
    """Return the square of a picture, resized: areas are averaged to shrink, cubic to enlarge.

    Args:
        picture: RGB, uint8 [H, W, 3].
        square: inside the picture.
        size: the side of the result, pixels.

    Returns:
        RGB, uint8 [size, size, 3]; the picture's own pixels where the square has that side.
    """
    import cv2

    crop = _cut(picture, square)
    if square.side == size:
        return crop
    interpolation = cv2.INTER_AREA if square.side > size else cv2.INTER_CUBIC
    return cv2.resize(crop, (size, size), interpolation=interpolation)


def crop_mask(mask: np.ndarray, square: Square, size: int) -> np.ndarray:
    """Return the square of a mask, resized and then made two-valued at half.

    Args:
        mask: of the same height and width as the picture, uint8 [H, W], 255 where forged.
        square: inside the picture.
        size: the side of the result, pixels.

    Returns:
        uint8 [size, size]: 255 where the resized mask is at least 128, half of 255, else 0.
    """
    import cv2

    interpolation = cv2.INTER_AREA if square.side > size else cv2.INTER_LINEAR
    resized = cv2.resize(_cut(mask, square), (size, size), interpolation=interpolation)
    return np.where(resized >= 128, 255, 0).astype(np.uint8)


def _inside(corner: int, length: int) -> int:
    return min(max(corner, 0), length - 1)


def _cut(picture: np.ndarray, square: Square) -> np.ndarray:
    x, y, side = square
    return picture[y : y + side, x : x + side]
