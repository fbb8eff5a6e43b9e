"""What the header of a video says of its picture."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from data_prep.limits import VIDEO_PIXELS
from data_prep.media.containers import BadVideoError, opened
from data_prep.media.orientation import UPRIGHT, Orientation, orientation_of

TURNED = "are turned or mirrored as their header asks"
NOT_SQUARE = "have pixels that are not square, and are not stretched"
INTERLACED = "are interlaced, and both fields are taken as one frame"
HIGH_RANGE = "have a high dynamic range (PQ or HLG), and their tones are not mapped"

_ROUNDED_ASPECT = 0.02  # scaled videos have 1280:1281 and the like
_HIGH_RANGE_CURVES = (16, 18)  # of H.273


_FRAME_RATE = 25.0  # where the header has none
_MICROSECONDS = 1e6


@dataclass(frozen=True)
class VideoHeader:
    """What the header says of a video; nothing of it is certain.

    Attributes:
        container: for example `QuickTime / MOV`.
        codec: for example `h264`.
        width: of a frame as it is shown, turned where the header asks for it, pixels.
        height: likewise.
        frames_per_second: in the mean.
        seconds: how long it plays; None where that is not said.
        bit_rate: of the pictures, bits a second; of the whole file, its sound too, where nothing is
            said of the pictures alone; None where nothing is said.
        remarks: see `header_remarks`.
    """

    container: str
    codec: str
    width: int
    height: int
    frames_per_second: float
    seconds: float | None
    bit_rate: int | None
    remarks: tuple[str, ...]

    @property
    def bits_per_pixel(self) -> float | None:
        """The bit rate over the pixels a second: some 0.1 for H.264 as films are, less if poor."""
        if self.bit_rate is None:
            return None
        return self.bit_rate / (self.width * self.height * self.frames_per_second)


def read_header(path: Path | str, *, max_pixels: int = VIDEO_PIXELS) -> VideoHeader:
    """Return what the header of a video says, the first frame decoded for how it is turned.

    Raises:
        BadVideoError: as `read_frames`.
    """
    with opened(Path(path), max_pixels) as (container, stream):
        frame = next(container.decode(stream), None)
        if frame is None:
            raise BadVideoError("holds no frames")
        upright = upright_by(stream, frame)
        width, height = frame.width, frame.height
        codec = stream.codec_context
        return VideoHeader(
            container=container.format.long_name,
            codec=codec.codec.canonical_name,
            width=height if upright.transpose else width,
            height=width if upright.transpose else height,
            frames_per_second=frame_rate(stream),
            seconds=playing_time(container, stream),
            bit_rate=codec.bit_rate or container.bit_rate or None,
            remarks=_remarks(stream, frame, upright),
        )


def header_remarks(path: Path | str, *, max_pixels: int = VIDEO_PIXELS) -> tuple[str, ...]:
    """Return what the header says of the picture that a person should know.

    `TURNED` is applied by `read_frames`; `NOT_SQUARE`, `INTERLACED` and `HIGH_RANGE` are not.

    Raises:
        BadVideoError: as `read_frames`.
    """
    return read_header(path, max_pixels=max_pixels).remarks


def frame_rate(stream: VideoStream) -> float:
    """Return the frames a second, in the mean; 25 where the header says nothing of it."""
    return float(stream.average_rate or stream.guessed_rate or _FRAME_RATE)


def playing_time(container: InputContainer, stream: VideoStream) -> float | None:
    """Return how many seconds the stream plays, or its container; None where none is said."""
    if stream.duration and stream.time_base:
        return float(stream.duration * stream.time_base)
    return container.duration / _MICROSECONDS if container.duration else None


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


def uprights_of(stream: VideoStream) -> Callable[[VideoFrame], Orientation]:
    """Return what gives `upright_by` of each frame of a stream.

    A frame whose matrix was read refers to itself, and lies in memory until circles are looked for:
    it is read once for each angle, of which a stream has one.
    """
    known: dict[float, Orientation] = {}

    def upright(frame: VideoFrame) -> Orientation:
        angle = frame.rotation
        if angle not in known:
            known[angle] = upright_by(stream, frame)
        return known[angle]

    return upright


def _remarks(stream: VideoStream, frame: VideoFrame, upright: Orientation) -> tuple[str, ...]:
    aspect = stream.sample_aspect_ratio or 1
    said = {
        TURNED: upright != UPRIGHT,
        NOT_SQUARE: abs(aspect - 1) > _ROUNDED_ASPECT,
        INTERLACED: frame.interlaced_frame,
        HIGH_RANGE: frame.color_trc in _HIGH_RANGE_CURVES,
    }
    return tuple(remark for remark, holds in said.items() if holds)
