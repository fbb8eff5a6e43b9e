"""Preparing a tree in one line."""

from pathlib import Path
from typing import Any

from data_prep.faceforensics import open_faceforensics
from data_prep.videos import VideoOptions, prepare_videos


def prepare_faceforensics(
    source: Path | str,
    out: Path | str,
    *,
    compression: str = "c23",
    methods: list[str] | None = None,
    splits: Path | None = None,
    **options: Any,
) -> Path:
    videos = open_faceforensics(source, compression, methods, splits)
    return prepare_videos(videos, out, options=VideoOptions(**options))
