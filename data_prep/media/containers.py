"""Files of videos: their names, and how they are opened safely."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import av
from av.container import InputContainer
from av.error import FFmpegError
from av.stream import Disposition
from av.video.stream import VideoStream

from data_prep.media.mp4_tables import check_tables

VIDEO_SUFFIXES = (
    *(".mp4", ".m4v", ".mov", ".avi", ".mkv", ".webm"),
    *(".ts", ".mts", ".m2ts", ".flv"),
)
"""How names of videos end, in any case; of two videos of one name the earlier here is taken."""

# Nothing but plain files of plain containers: a playlist under the name of a video would otherwise
# be followed to wherever it points.
_CONTAINER_OPTIONS = {
    "protocol_whitelist": "file",
    "format_whitelist": "mov,mp4,m4a,3gp,3g2,mj2,avi,matroska,webm,mpegts,flv",
}
# Old titles are in whatever encoding; from PyAV 19 on that is no error, and no option.
_METADATA: dict[str, Any] = (
    {"metadata_errors": "replace"} if int(av.__version__.split(".")[0]) < 19 else {}
)


class BadVideoError(ValueError):
    """A file that is not a whole, readable video; the text is the reason alone."""


class TooLargeError(BadVideoError):
    """A video beyond the limits that were set."""


def video_stem(name: str) -> str | None:
    """Return the name of a video file without its suffix; None where it has no video's suffix."""
    stem, dot, suffix = name.rpartition(".")
    return stem if stem and f"{dot}{suffix}".lower() in VIDEO_SUFFIXES else None


@contextlib.contextmanager
def opened(path: Path, max_pixels: int) -> Iterator[tuple[InputContainer, VideoStream]]:
    """Open a container and its first video stream, within bounds; any failure is a bad video."""
    try:
        local = path.resolve(strict=True)
        if local.stat().st_size == 0:
            raise BadVideoError("empty file")
        try:
            check_tables(local)
        except ValueError as error:
            raise BadVideoError(str(error)) from None
        # A frame may be larger than the header says: the decoder has a bound of its own, wider
        # since it counts rows as it aligns them in memory.
        bound = {"max_pixels": str(4 * max_pixels)}
        with av.open(
            str(local),
            options=bound,
            container_options=_CONTAINER_OPTIONS,
            **_METADATA,
        ) as container:
            # A cover is a stream of one picture.
            moving = [
                stream
                for stream in container.streams.video
                if not stream.disposition & Disposition.attached_pic
            ]
            if not moving:
                raise BadVideoError("holds no video")
            stream = moving[0]
            if stream.codec_context is None:
                raise BadVideoError("its codec is not known")
            if stream.width * stream.height > max_pixels:
                raise TooLargeError(
                    f"too large: {stream.width} x {stream.height} pixels a frame, more than "
                    f"{max_pixels / 1e6:g} million"
                )
            stream.codec_context.options = bound
            # Many videos are read side by side; threads within each would only cost memory.
            stream.codec_context.thread_count = 1
            yield container, stream
    except BadVideoError:
        raise
    except FFmpegError as error:
        raise BadVideoError(f"not a whole video: {error.strerror or error}") from None
    except OSError as error:
        raise BadVideoError(f"cannot be read: {error.strerror or error}") from None
