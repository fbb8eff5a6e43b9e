"""Pixels in and out of video frames: RGB to YCbCr and back, by the matrix and range of the tags.

A frame without tags is read as BT.601 of limited range, as FFmpeg and OpenCV do. Frames made here
are BT.601 of limited range and say so: a reader without regard for tags shows the right colours
too.
"""

from __future__ import annotations

import numpy as np
from av.video.frame import VideoFrame
from av.video.reformatter import ColorRange, Colorspace, Interpolation

# The numbers of matrices and ranges in ITU-T H.273, which FFmpeg shares.
BT601 = 6
LIMITED_RANGE = 1
FULL_RANGE = 2
_UNKNOWN = (0, 2, 3)  # 0 is that of RGB, and says nothing of YCbCr
_MATRICES = {
    **dict.fromkeys((*_UNKNOWN, 5, BT601), Colorspace.ITU601),
    1: Colorspace.ITU709,
    4: Colorspace.FCC,
    7: Colorspace.SMPTE240M,
    9: Colorspace.BT2020,
}

# swscale's flags for the same bytes on every processor and for interpolated chroma.
_FULL_CHROMA, _ACCURATE, _BIT_EXACT = 0x2000, 0x40000, 0x80000
_CONVERSION = int(Interpolation.BILINEAR) | _FULL_CHROMA | _ACCURATE | _BIT_EXACT


def frame_of(pixels: np.ndarray, pixel_format: str) -> VideoFrame:
    """Return a video frame.

    Args:
        pixels: RGB, uint8 [H, W, 3], or grey, uint8 [H, W].
        pixel_format: `gray`, `rgb24` (both as the pixels are) or `yuv420p`.
    """
    pixels = np.ascontiguousarray(pixels)
    if pixel_format != "yuv420p":
        return VideoFrame.from_ndarray(pixels, format=pixel_format)
    return VideoFrame.from_ndarray(pixels, format="rgb24").reformat(
        format=pixel_format,
        dst_colorspace=Colorspace.ITU601,
        src_color_range=ColorRange.JPEG,
        dst_color_range=ColorRange.MPEG,
        interpolation=_CONVERSION,
    )


def rgb_of(frame: VideoFrame) -> np.ndarray:
    """Return the frame in RGB, uint8 [H, W, 3].

    Raises:
        ValueError: its colours are of a matrix that is not known here.
    """
    if frame.format.is_rgb:
        return frame.reformat(format="rgb24").to_ndarray()
    if frame.colorspace not in _MATRICES:
        raise ValueError(f"its colours are of the matrix {int(frame.colorspace)} of H.273, unknown")
    full = frame.color_range == FULL_RANGE or frame.format.name.startswith("yuvj")
    converted = frame.reformat(
        format="rgb24",
        src_colorspace=_MATRICES[frame.colorspace],
        src_color_range=ColorRange.JPEG if full else ColorRange.MPEG,
        dst_color_range=ColorRange.JPEG,
        interpolation=_CONVERSION,
    )
    return converted.to_ndarray()


def grey_of(frame: VideoFrame) -> np.ndarray:
    """Return the frame in grey, uint8 [H, W]: as stored, or the luma (BT.601) of its colours."""
    if frame.format.name == "gray":
        return frame.to_ndarray()
    import cv2

    return cv2.cvtColor(rgb_of(frame), cv2.COLOR_RGB2GRAY)
