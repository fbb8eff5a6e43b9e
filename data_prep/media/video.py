"""Video files: written so that they come back as they were, read safely and frame by frame.

Frames are counted by the packets in the file, one each, never by what the header says. A file whose
packets do not give as many frames as were asked for is a bad one.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from pathlib import Path

import av
import numpy as np
from av.error import FFmpegError
from av.video.frame import VideoFrame

from data_prep.limits import VIDEO_FRAMES, VIDEO_PIXELS
from data_prep.media.colour import BT601, FULL_RANGE, LIMITED_RANGE, frame_of, grey_of, rgb_of
from data_prep.media.containers import BadVideoError, TooLargeError, opened
from data_prep.media.headers import uprights_of
from data_prep.media.orientation import Orientation

PRESETS = (
    "ultrafast",
    "superfast",
    "veryfast",
    "faster",
    "fast",
    "medium",
    "slow",
    "slower",
    "veryslow",
)


def write_video(
    path: Path | str,
    frames: Iterable[np.ndarray],
    *,
    crf: int,
    frames_per_second: int = 25,
    preset: str = "medium",
) -> None:
    """Write RGB frames as an H.264 MP4 file; one PyAV gives the same file for the same frames.

    At crf 0 the frames are kept as RGB and come back bit by bit; above, they become YCbCr 4:2:0.

    Args:
        path: the file; one that is there is replaced.
        frames: RGB, uint8 [H, W, 3], H and W even, all of one shape.
        crf: constant rate factor, 0 (lossless) to 51 (FaceForensics++: raw 0, c23 23, c40 40).
        frames_per_second: of the playback.
        preset: x264's, one of `PRESETS`.

    Raises:
        ValueError: frames, rate factor or preset are not as above, or there are no frames.
        OSError: the file cannot be written; nothing is left of it then.
    """
    if not 0 <= crf <= 51:
        raise ValueError(f"the constant rate factor {crf} of {path} is not in 0..51")
    pixels = "rgb24" if crf == 0 else "yuv420p"
    _write(Path(path), frames, (3,), pixels, crf, frames_per_second, preset)


def write_mask_video(
    path: Path | str,
    masks: Iterable[np.ndarray],
    *,
    frames_per_second: int = 25,
    preset: str = "medium",
) -> None:
    """Write masks as a lossless grey H.264 MP4 file; `read_masks` gives them back bit by bit.

    Args:
        path: the file; one that is there is replaced.
        masks: uint8 [H, W], H and W even, all of one shape.
        frames_per_second: of the playback.
        preset: x264's, one of `PRESETS`.

    Raises:
        ValueError: masks or preset are not as above, or there are no masks.
        OSError: the file cannot be written; nothing is left of it then.
    """
    _write(Path(path), masks, (), "gray", 0, frames_per_second, preset)


def count_frames(path: Path | str, *, max_pixels: int = VIDEO_PIXELS) -> int:
    """Return the number of frames: of packets in the file, nothing is decoded.

    Args:
        path: the file.
        max_pixels: the largest width times height accepted.

    Raises:
        BadVideoError: empty, truncated, too large, not a video, or not readable.
    """
    with opened(Path(path), max_pixels) as (container, stream):
        count = 0
        for packet in container.demux(stream):
            if packet.is_corrupt:
                raise BadVideoError("truncated or damaged")
            count += packet.size > 0 and not packet.is_discard
            if count > VIDEO_FRAMES:
                raise TooLargeError(f"too long: more than {VIDEO_FRAMES:,} frames")
    if count == 0:
        raise BadVideoError("holds no frames")
    return count


def read_frames(
    path: Path | str, indices: Iterable[int], *, max_pixels: int = VIDEO_PIXELS
) -> Iterator[np.ndarray]:
    """Yield the frames at `indices`; one frame is held at a time.

    Args:
        path: the file.
        indices: positions in the video, from 0, ascending.
        max_pixels: the largest width times height accepted, by the header and while decoding.

    Yields:
        RGB, uint8 [H, W, 3], as players show them: turned and mirrored as the header asks, by the
        matrix and range of its colours. Pixels that are not square are not stretched.

    Raises:
        BadVideoError: empty, truncated, damaged, too large, not a video, or without such a frame.
        ValueError: the indices do not ascend from 0 or more.
    """
    return _pixels(rgb_of, Path(path), indices, max_pixels)


def read_masks(
    path: Path | str, indices: Iterable[int], *, max_pixels: int = VIDEO_PIXELS
) -> Iterator[np.ndarray]:
    """Yield the frames at `indices` in grey: as stored, or the luma (BT.601) of the RGB frame.

    Arguments and errors are those of `read_frames`.

    Yields:
        uint8 [H, W], 0 to 255.
    """
    return _pixels(grey_of, Path(path), indices, max_pixels)


def _write(
    path: Path,
    frames: Iterable[np.ndarray],
    channels: tuple[int, ...],
    pixels: str,
    crf: int,
    frames_per_second: int,
    preset: str,
) -> None:
    """Encode `frames` with `channels` after height and width as H.264 in the format `pixels`."""
    if preset not in PRESETS:
        raise ValueError(f"the preset {preset!r} is unknown; use one of {', '.join(PRESETS)}")
    waiting = iter(frames)
    first = next(waiting, None)
    if first is None:
        raise ValueError(f"there are no frames for the video {path}")
    _check_frame(first, first.shape[:2], channels, path)
    # One thread and one choice of code paths: the same bytes on every processor.
    options = {"crf": str(crf), "preset": preset, "x264-params": "threads=1:cpu-independent=1"}
    try:
        with av.open(str(path.absolute()), "w", format="mp4") as container:
            encoder = "libx264rgb" if pixels == "rgb24" else "libx264"
            stream = container.add_stream(encoder, rate=frames_per_second, options=options)
            stream.height, stream.width = first.shape[:2]
            stream.pix_fmt = pixels
            context = stream.codec_context
            context.thread_count = 1
            if pixels == "yuv420p":
                context.colorspace, context.color_range = BT601, LIMITED_RANGE
            elif pixels == "gray":
                context.color_range = FULL_RANGE
            for frame in chain([first], waiting):
                _check_frame(frame, first.shape[:2], channels, path)
                container.mux(stream.encode(frame_of(frame, pixels)))
            container.mux(stream.encode(None))
    except BaseException as error:
        with contextlib.suppress(OSError):
            path.unlink()
        if isinstance(error, FFmpegError):
            raise OSError(f"the video {path} cannot be written: {error.strerror}") from error
        raise


def _check_frame(
    frame: np.ndarray, size: tuple[int, ...], channels: tuple[int, ...], path: Path
) -> None:
    if frame.dtype != np.uint8 or frame.shape != (*size, *channels):
        raise ValueError(
            f"a frame for {path} is {frame.dtype} {list(frame.shape)}, not uint8 "
            f"{[*size, *channels]}: all frames of a video have one shape"
        )
    if any(side == 0 or side % 2 for side in size):
        raise ValueError(
            f"the frames for {path} are {size[1]} x {size[0]}: H.264 needs even sides, cut or pad "
            "them"
        )


def _pixels(
    convert: Callable[[VideoFrame], np.ndarray], path: Path, indices: Iterable[int], max_pixels: int
) -> Iterator[np.ndarray]:
    """Yield the frames at `indices`, converted and upright."""
    for frame, upright in _frames_at(path, indices, max_pixels):
        try:
            pixels = convert(frame)
        except ValueError as error:
            raise BadVideoError(str(error)) from None
        yield upright.apply(pixels)


def _frames_at(
    path: Path, indices: Iterable[int], max_pixels: int
) -> Iterator[tuple[VideoFrame, Orientation]]:
    """Yield frames, each with what makes it upright.

    They are decoded from the start to the last index: seeking would rely on the header's times.
    """
    wanted = list(indices)
    if any(index < 0 for index in wanted) or wanted != sorted(set(wanted)):
        raise ValueError(f"the frames asked of {path} must ascend from 0 or more: {wanted[:8]}")
    if not wanted:
        return
    ahead = iter(wanted)
    index = next(ahead)
    with opened(path, max_pixels) as (container, stream):
        position, size = -1, None
        upright = uprights_of(stream)
        for position, frame in enumerate(container.decode(stream)):
            size = size or (frame.width, frame.height)
            if frame.is_corrupt or (frame.width, frame.height) != size:
                raise BadVideoError(f"damaged at frame {position}")
            if position == index:
                yield frame, upright(frame)
                index = next(ahead, None)
                if index is None:
                    return
    raise BadVideoError(f"holds {position + 1} whole frames, none at {index}")


def evenly_spaced(length: int, count: int, part: tuple[int, int] = (0, 1)) -> list[int]:
    """Return a frame of each of `count` equal parts of `length` frames; all if there are no more.

    Args:
        length: of the video, frames.
        count: how many frames are wanted.
        part: (j, m): the middle of the j-th of m equal parts of each part. The m choices together
            are the frames that `m * count` would give, so that m forgeries of a video show the
            same frames as their original does: what an encoder does to a frame depends on its
            position in the video.

    Returns:
        floor((k + (j + 1/2) / m) * length / count) for k = 0, 1, ...
    """
    count = min(count, length)
    j, m = part
    return [(2 * (k * m + j) + 1) * length // (2 * count * m) for k in range(count)]
