"""The turn that a video's header asks players for, applied to its frames as EXIF's is to pictures.

Phones store pictures as the sensor lies and write a display matrix beside them. It takes a stored
pixel (x, y) to (a x + c y, b x + d y), up to a shift; FFmpeg gives it as nine integers, the first
five of which are a, b, -, c, d.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from av.video.frame import VideoFrame

_SLANT = 0.01  # of the larger entries; rounding of a quarter turn stays far below


class Orientation(NamedTuple):
    """What makes stored pixels upright: first rows for columns, then the flips."""

    transpose: bool = False
    flip_x: bool = False
    flip_y: bool = False

    def apply(self, pixels: np.ndarray) -> np.ndarray:
        """Return a picture, uint8 [H, W, ...], as it is shown; the same array if nothing is to do.

        Height and width change places with a quarter turn.
        """
        if self == UPRIGHT:
            return pixels
        turned = pixels.swapaxes(0, 1) if self.transpose else pixels
        return np.ascontiguousarray(
            turned[:: -1 if self.flip_y else 1, :: -1 if self.flip_x else 1]
        )


UPRIGHT = Orientation()
_BY_TAG = {
    "0": UPRIGHT,
    "90": Orientation(True, True, False),
    "180": Orientation(False, True, True),
    "270": Orientation(True, False, True),
}


def orientation_of(frame: VideoFrame, tag: str | None = None) -> Orientation:
    """Return how a frame is to be shown; upright where nothing is said of it.

    Args:
        frame: as it is stored.
        tag: the stream's tag `rotate`, degrees clockwise, which counts where there is no matrix.

    Raises:
        ValueError: it is to be shown aslant.
    """
    matrix = _display_matrix(frame)
    if matrix is None:
        if tag is not None and tag not in _BY_TAG:
            raise ValueError(f"its header asks for a turn of {tag!r}, not 0, 90, 180 or 270")
        return _BY_TAG["0" if tag is None else tag]
    (a, b), (c, d) = matrix
    straight, crossed = min(abs(a), abs(d)), min(abs(b), abs(c))
    if max(abs(b), abs(c)) <= _SLANT * straight:
        return Orientation(False, bool(a < 0), bool(d < 0))
    if max(abs(a), abs(d)) <= _SLANT * crossed:
        return Orientation(True, bool(c < 0), bool(b < 0))
    raise ValueError("its header asks for a turn that is no multiple of 90 degrees")


def _display_matrix(frame: VideoFrame) -> np.ndarray | None:
    """Return ((a, b), (c, d)); None where there is none, or it is empty."""
    entry = frame.side_data.get("DISPLAYMATRIX")
    if entry is None:
        return None
    matrix = np.frombuffer(bytes(entry), np.int32)[:5].astype(np.int64)
    return matrix[[0, 1, 3, 4]].reshape(2, 2) if matrix.any() else None
