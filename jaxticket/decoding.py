"""Encoded pictures become RGB squares of a given side."""

from __future__ import annotations

import io
import re
from contextlib import nullcontext
from threading import Lock

import numpy as np

from jaxticket.limits import PICTURE_PIXELS, PICTURE_SCANS, PICTURE_SEGMENTS, PICTURE_WORK

# Larger pictures are decoded one at a time, however many threads there are.
_LARGE = 16_000_000
_ONE_LARGE = Lock()

# In a JPEG 0xff 0x00 and the restart markers stand within a scan, and further 0xff are filling.
_MARKER = re.compile(rb"\xff+([^\x00\xd0-\xd7\xff])", re.DOTALL)
_WITHOUT_LENGTH = (0x01, 0xD8)
_END, _SCAN = 0xD9, 0xDA
_MAX_CHUNKS = 1_000_000


class UndecodableError(ValueError):
    """A record whose picture cannot be decoded."""


def decode_square(encoded: bytes, size: int, max_pixels: int = PICTURE_PIXELS) -> np.ndarray:
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
        UndecodableError: not a JPEG or PNG, damaged, larger than `max_pixels`, or with more than
            `PICTURE_SCANS` scans.
    """
    import cv2

    flags = cv2.IMREAD_COLOR | cv2.IMREAD_IGNORE_ORIENTATION
    picture = _decode("picture", encoded, flags, max_pixels)
    return cv2.cvtColor(resize(picture, size), cv2.COLOR_BGR2RGB)


def decode_mask(encoded: bytes, size: int, max_pixels: int = PICTURE_PIXELS) -> np.ndarray:
    """Decode a mask of one channel and resize it as `decode_square` does its picture.

    Returns:
        bool [size, size], true where at least half of what lies under the pixel is set (128 or
        more of 255).

    Raises:
        UndecodableError: not a JPEG or PNG, damaged, larger than `max_pixels`, or with more than
            `PICTURE_SCANS` scans.
    """
    import cv2

    mask = _decode("mask", encoded, cv2.IMREAD_GRAYSCALE, max_pixels)
    return resize((mask >= 128).astype(np.float32), size) >= 0.5


def resize(picture: np.ndarray, size: int) -> np.ndarray:
    """Resize decoded pixels [H, W] or [H, W, C] to a square, as `decode_square` does."""
    import cv2

    height, width = picture.shape[:2]
    if (height, width) == (size, size):
        return picture
    interpolation = cv2.INTER_AREA if min(height, width) >= size else cv2.INTER_LINEAR
    return cv2.resize(picture, (size, size), interpolation=interpolation)


def _decode(kind: str, encoded: bytes, flags: int, max_pixels: int) -> np.ndarray:
    import cv2

    width, height = _checked_size(encoded, max_pixels)
    with _ONE_LARGE if width * height > _LARGE else nullcontext():
        decoded = cv2.imdecode(np.frombuffer(encoded, np.uint8), flags)
    if decoded is None:
        raise UndecodableError(f"the {kind} is damaged")
    return decoded


def _checked_size(encoded: bytes, max_pixels: int) -> tuple[int, int]:
    """Return width and height by the header of a picture that may be decoded."""
    from PIL import Image

    try:
        with Image.open(io.BytesIO(encoded), formats=("JPEG", "PNG")) as header:
            (width, height), is_png = header.size, header.format == "PNG"
    except Exception as error:  # Pillow raises whatever it likes on damaged files
        raise UndecodableError(f"not a picture that can be read: {error}") from None
    if width * height > max_pixels:
        raise UndecodableError(
            f"too large: {width} x {height} pixels, more than {max_pixels / 1e6:g} million"
        )
    if is_png and _overruns(encoded):
        raise UndecodableError("damaged: a part of the PNG is longer than the file")
    if not is_png and _takes_too_long(encoded, width * height):
        raise UndecodableError(
            f"takes too long: more than {PICTURE_SCANS} scans, {PICTURE_WORK / 1e6:g} million "
            f"pixels in all scans, or {PICTURE_SEGMENTS:,} segments"
        )
    return width, height


def _overruns(png: bytes) -> bool:
    """Return whether a chunk says it is longer than the file: OpenCV would make room for it."""
    place = 8
    for _ in range(_MAX_CHUNKS):
        if place + 8 > len(png):
            return False
        length, name = int.from_bytes(png[place : place + 4]), png[place + 4 : place + 8]
        place += 12 + length
        if place > len(png):
            return True
        if name == b"IEND":
            return False
    return True


def _takes_too_long(jpeg: bytes, pixels: int) -> bool:
    place = segments = scans = 0
    most = min(PICTURE_SCANS, PICTURE_WORK // max(1, pixels))
    while found := _MARKER.search(jpeg, place):
        marker, place = found[1][0], found.end()
        if marker == _END:
            break
        segments += 1
        scans += marker == _SCAN
        if scans > most or segments > PICTURE_SEGMENTS:
            return True
        if marker not in _WITHOUT_LENGTH:
            place += int.from_bytes(jpeg[place : place + 2])
    return False
