"""A video file read once, from its start, in memory that does not grow with its length."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from data_prep.limits import VIDEO_FRAMES, VIDEO_PIXELS
from data_prep.media.colour import rgb_of
from data_prep.media.containers import BadVideoError, TooLargeError, opened
from data_prep.media.headers import frame_rate, playing_time, uprights_of
from data_prep.media.matroska_size import is_cut_off


@dataclass(frozen=True)
class Limits:
    """What is read of a video at most; beyond that it is refused.

    Attributes:
        pixels: width times height of a frame.
        frames: how many; None for any number.
        seconds: of playing; None for any time.
    """

    pixels: int = VIDEO_PIXELS
    frames: int | None = VIDEO_FRAMES
    seconds: float | None = None


NO_LIMITS = Limits()
"""But those of every file."""


class StreamedFrame(NamedTuple):
    """A frame of a video.

    Attributes:
        number: its position in the file, from 0.
        seconds: when it is shown, from the first frame on.
        pixels: RGB, uint8 [H, W, 3], as `data_prep.media.video.read_frames` gives it.
    """

    number: int
    seconds: float
    pixels: np.ndarray


def stream_frames(
    path: Path | str, numbers: Iterable[int], limits: Limits = NO_LIMITS
) -> Iterator[StreamedFrame]:
    """Yield the frames called `numbers` as far as the video goes; one frame is held at a time.

    Args:
        path: the file.
        numbers: positions in the video, from 0, ascending; they may be endless.
        limits: what is read at most.

    Raises:
        TooLargeError: the video is beyond the limits, by its header or once they are reached.
        BadVideoError: as `read_frames`; all frames before the damage were yielded then.
    """
    wanted = iter(numbers)
    number = next(wanted, None)
    if number is None:
        return
    with opened(Path(path), limits.pixels) as (container, stream):
        _check_header(container, stream, limits)
        clock, upright, size = Clock(1 / frame_rate(stream)), uprights_of(stream), None
        for position, frame in enumerate(_whole_frames(container, stream)):
            size = size or (frame.width, frame.height)
            if frame.is_corrupt or (frame.width, frame.height) != size:
                raise BadVideoError(f"damaged at frame {position}")
            seconds = clock.shown(frame.time)
            _check(limits, position + 1, seconds)
            if position == number:
                yield StreamedFrame(position, seconds, upright(frame).apply(_rgb(frame)))
                number = next(wanted, None)
                if number is None:
                    return
        if size is None:
            raise BadVideoError("holds no frames")
        if is_cut_off(Path(path)):
            raise BadVideoError("truncated")


class Clock:
    """The times at which frames are shown, ascending from 0.

    They are those of the stream. A frame that has none, or none after the frame before, as where
    recordings were joined, follows that by one frame, and the clock goes on from there.
    """

    def __init__(self, step: float):
        """Args: step: from one frame to the next by the header, seconds."""
        self.step = step
        self._seconds = -step
        self._start: float | None = None

    def shown(self, time: float | None) -> float:
        """Return when the next frame is shown, seconds.

        Args:
            time: of the frame by the stream, seconds; None where it has none.
        """
        due = self._seconds + self.step
        if time is None:
            self._seconds = due
        else:
            if self._start is None or time - self._start <= self._seconds:
                self._start = time - due
            self._seconds = time - self._start
        return self._seconds


def _whole_frames(container: InputContainer, stream: VideoStream) -> Iterator[VideoFrame]:
    """Yield all frames up to the first damage.

    What the decoder holds back then, to put it in order, is left: frames between may be lost, and
    nobody could number the others.
    """
    for packet in container.demux(stream):
        if packet.is_corrupt:
            raise BadVideoError("truncated or damaged")
        yield from packet.decode()


def _rgb(frame: VideoFrame) -> np.ndarray:
    try:
        return rgb_of(frame)
    except ValueError as error:
        raise BadVideoError(str(error)) from None


def _check_header(container: InputContainer, stream: VideoStream, limits: Limits) -> None:
    try:
        _check(limits, stream.frames, playing_time(container, stream) or 0)
    except TooLargeError as error:
        raise TooLargeError(f"{error}, by its header") from None


def _check(limits: Limits, frames: int, seconds: float) -> None:
    if limits.frames is not None and frames > limits.frames:
        raise TooLargeError(f"too long: more than {limits.frames:,} frames")
    if limits.seconds is not None and seconds > limits.seconds:
        raise TooLargeError(f"too long: plays for more than {limits.seconds:g} seconds")
