"""What the header of a video says of its picture."""

from __future__ import annotations

from pathlib import Path

from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from data_prep.media.containers import MAX_PIXELS, BadVideoError, opened
from data_prep.media.orientation import UPRIGHT, Orientation, orientation_of

TURNED = "are turned or mirrored as their header asks"
NOT_SQUARE = "have pixels that are not square, and are not stretched"
INTERLACED = "are interlaced, and both fields are taken as one frame"
HIGH_RANGE = "have a high dynamic range (PQ or HLG), and their tones are not mapped"

_ROUNDED_ASPECT = 0.02  # scaled videos have 1280:1281 and the like
_HIGH_RANGE_CURVES = (16, 18)  # of H.273


def header_remarks(path: Path | str, *, max_pixels: int = MAX_PIXELS) -> tuple[str, ...]:
    """Return what the header says of the picture that a person should know.

    `TURNED` is applied by `read_frames`; `NOT_SQUARE`, `INTERLACED` and `HIGH_RANGE` are not.

    Raises:
        BadVideoError: as `read_frames`.
    """
    with opened(Path(path), max_pixels) as (container, stream):
        frame = next(container.decode(stream), None)
        if frame is None:
            raise BadVideoError("holds no frames")
        aspect = stream.sample_aspect_ratio or 1
        said = {
            TURNED: upright_by(stream, frame) != UPRIGHT,
            NOT_SQUARE: abs(aspect - 1) > _ROUNDED_ASPECT,
            INTERLACED: frame.interlaced_frame,
            HIGH_RANGE: frame.color_trc in _HIGH_RANGE_CURVES,
        }
    return tuple(remark for remark, holds in said.items() if holds)


def upright_by(stream: VideoStream, frame: VideoFrame) -> Orientation:
    """Return what makes a frame of the stream upright, by its matrix or the stream's tag `rotate`.

    Raises:
        BadVideoError: it is to be shown aslant.
    """
    tags = (text for name, text in stream.metadata.items() if name.lower() == "rotate")
    try:
        return orientation_of(frame, next(tags, None))
    except ValueError as error:
        raise BadVideoError(str(error)) from None
