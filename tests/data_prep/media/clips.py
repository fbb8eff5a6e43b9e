"""Clips in any codec and container, for the tests that read them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np

# File -> container, codec and pixel format: what people's videos come in.
CLIPS: Mapping[str, tuple[str, str, str]] = {
    "a.mp4": ("mp4", "libx264", "yuv420p"),
    "b.MP4": ("mp4", "mpeg4", "yuv420p"),
    "c.m4v": ("mp4", "libx264", "yuv420p"),
    "d.Mov": ("mov", "mjpeg", "yuvj420p"),
    "e.mov": ("mov", "prores_ks", "yuv422p10le"),
    "f.avi": ("avi", "ffv1", "yuv420p"),
    "g.AVI": ("avi", "mpeg4", "yuv420p"),
    "h.mkv": ("matroska", "ffv1", "yuv420p"),
    "i.webm": ("webm", "libvpx-vp9", "yuv420p"),
    "j.webm": ("webm", "libvpx", "yuv420p"),
    "k.ts": ("mpegts", "libx264", "yuv420p"),
    "l.m2ts": ("mpegts", "libx264", "yuv420p"),
    "m.MTS": ("mpegts", "libx264", "yuv420p"),
    "n.flv": ("flv", "flv", "yuv420p"),
    "o.flv": ("flv", "libx264", "yuv420p"),
}  # fmt: skip


def picture(height: int = 48, width: int = 64) -> np.ndarray:
    """Return a picture with quarters of four colours, so that no two of its turns agree."""
    colours = [[[255, 255, 255], [110, 110, 110]], [[30, 90, 200], [0, 0, 0]]]
    halves = np.ones((height // 2, width // 2, 1), np.uint8)
    return np.kron(np.array(colours, np.uint8), halves)


def write_clip(
    path: Path,
    frames: Iterable[np.ndarray],
    kind: tuple[str, str, str] = ("mp4", "libx264", "yuv420p"),
    *,
    turn: int = 0,
    mirror: bool = False,
    aspect: Fraction | None = None,
    title: str = "",
    options: Mapping[str, str] | None = None,
    container: Mapping[str, str] | None = None,
    **context: Any,
) -> None:
    """Write RGB frames as a clip of `kind`, a row of `CLIPS`.

    Args:
        path: the file, whose suffix decides nothing.
        frames: RGB, uint8 [H, W, 3].
        kind: container, codec, pixel format.
        turn: degrees against the clock that its header asks players for.
        mirror: whether it asks for left and right to change places after that.
        aspect: of a pixel, width by height.
        title: of the clip, in its container.
        options: of the codec.
        container: options of the container.
        **context: attributes of the stream's codec context.
    """
    container_format, codec, pixels = kind
    m2ts = {"mpegts_m2ts_mode": "1"} if path.suffix == ".m2ts" else {}
    muxing = m2ts | dict(container or {})
    with av.open(str(path), "w", format=container_format, options=muxing) as written:
        written.metadata["title"] = title
        stream = written.add_stream(codec, rate=25, options=dict(options or {}))
        stream.pix_fmt = pixels
        if aspect is not None:
            stream.codec_context.sample_aspect_ratio = aspect
        for name, value in context.items():
            setattr(stream.codec_context, name, value)
        if turn or mirror:
            stream.set_display_rotation(turn, hflip=mirror)
        for number, pixels_of_frame in enumerate(frames):
            if number == 0:
                stream.height, stream.width = pixels_of_frame.shape[:2]
            frame = av.VideoFrame.from_ndarray(pixels_of_frame, format="rgb24")
            written.mux(stream.encode(frame.reformat(format=pixels)))
        written.mux(stream.encode(None))
