"""Encoded pictures become RGB squares of a given side."""

from __future__ import annotations

import io

import numpy as np

MAX_PIXELS = 64_000_000


class UndecodableError(ValueError):
    """A record whose picture cannot be decoded."""


def decode_square(encoded: bytes, size: int, max_pixels: int = MAX_PIXELS) -> np.ndarray:
    """Decode a JPEG or PNG and resize it to a square.

    The sides are scaled each for itself. OpenCV averages areas where the picture shrinks and
    interpolates linearly where it grows. An EXIF rotation is not applied: prepared pictures stand
    upright.

    Args:
        encoded: the file's bytes.
        size: the side of the square in pixels.
        max_pixels: the largest width times height that is decoded, by the header.

    Returns:
        RGB, uint8 [size, size, 3].

    Raises:
        UndecodableError: not a picture, damaged, or larger than `max_pixels`.
    """
    import cv2

    _check_size(encoded, max_pixels)
    flags = cv2.IMREAD_COLOR | cv2.IMREAD_IGNORE_ORIENTATION
    picture = cv2.imdecode(np.frombuffer(encoded, np.uint8), flags)
    if picture is None:
        raise UndecodableError("the picture is damaged")
    return cv2.cvtColor(_resize(picture, size), cv2.COLOR_BGR2RGB)


def decode_mask(encoded: bytes, size: int, max_pixels: int = MAX_PIXELS) -> np.ndarray:
    """Decode a mask of one channel and resize it as `decode_square` does its picture.

    Returns:
        bool [size, size], true where at least half of what lies under the pixel is set (128 or
        more of 255).

    Raises:
        UndecodableError: not a picture, damaged, or larger than `max_pixels`.
    """
    import cv2

    _check_size(encoded, max_pixels)
    mask = cv2.imdecode(np.frombuffer(encoded, np.uint8), cv2.IMREAD_GRAYSCALE)
    if mask is None:
        raise UndecodableError("the mask is damaged")
    return _resize((mask >= 128).astype(np.float32), size) >= 0.5


def _resize(picture: np.ndarray, size: int) -> np.ndarray:
    import cv2

    height, width = picture.shape[:2]
    if (height, width) == (size, size):
        return picture
    interpolation = cv2.INTER_AREA if min(height, width) >= size else cv2.INTER_LINEAR
    return cv2.resize(picture, (size, size), interpolation=interpolation)


def _check_size(encoded: bytes, max_pixels: int) -> None:
    from PIL import Image

    try:
        with Image.open(io.BytesIO(encoded)) as header:
            width, height = header.size
    except Exception as error:  # Pillow raises whatever it likes on damaged files
        raise UndecodableError(f"not a picture that can be read: {error}") from None
    if width * height > max_pixels:
        raise UndecodableError(
            f"too large: {width} x {height} pixels, more than {max_pixels / 1e6:g} million"
        )
