"""From a FaceForensics++ tree to a prepared set: once, and then found again."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from data_prep.faceforensics.layout import lay_out, level_of
from data_prep.faceforensics.splits import read_splits
from data_prep.videos.options import DEFAULTS, VideoOptions
from data_prep.videos.prepare import Progress, prepare_videos
from data_prep.videos.source import resolved_root
from data_prep.videos.video_set import VideoSet

if TYPE_CHECKING:
    from data_prep.prepared.builder import RecordsBuilder


def open_faceforensics(
    source: Path | str,
    compression: str = "c23",
    methods: Sequence[str] | None = None,
    splits: Path | None = None,
) -> VideoSet:
    """Lists the videos of a FaceForensics++ tree.

    Args:
        source: the folder with original_sequences, manipulated_sequences and the split files.
        compression: `raw` (or `c0`), `c23` or `c40`.
        methods: folders of manipulated_sequences; by default all that have videos at this level.
        splits: the folder of the official split files; by default `splits` in the source, or the
            source itself.

    Raises:
        FileNotFoundError: there is no such folder.
        NotADirectoryError: it is not a folder.
        PreparationError: the level is unknown, or split files, videos or methods are missing or
            wrong.
    """
    level = level_of(compression)
    root = resolved_root(source)
    return lay_out(root, read_splits(root, splits), level, methods)


def prepare_faceforensics(
    source: Path | str,
    data_dir: Path | str,
    *,
    compression: str = "c23",
    methods: Sequence[str] | None = None,
    splits: Path | None = None,
    options: VideoOptions = DEFAULTS,
    on_progress: Progress | None = None,
    on_faces: Progress | None = None,
) -> Path:
    """Prepares the faces of a FaceForensics++ tree below `data_dir`, or finds them prepared.

    Args:
        source: see `open_faceforensics`, as for `compression`, `methods` and `splits`.
        data_dir: where prepared sets are kept.
        compression: the level.
        methods: those wanted.
        splits: the folder of the split files.
        options: how many pictures, how large, and so on.
        on_progress: called with (videos done, videos in all).
        on_faces: likewise, of the videos in which faces are detected before.

    Returns:
        The TFDS version folder.

    Raises:
        ValueError: what `open_faceforensics` and `prepare_videos` raise.
        OSError: likewise.
    """
    return prepare_videos(
        open_faceforensics(source, compression, methods, splits),
        data_dir,
        data_set="face_forensics",
        builder=_builder,
        options=options,
        on_progress=on_progress,
        on_faces=on_faces,
    )


def _builder() -> type[RecordsBuilder]:
    from data_prep.faceforensics.builder import FaceForensics

    return FaceForensics
