"""From a Celeb-DF tree to a prepared set: once, and then found again."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from data_prep.celebdf.layout import lay_out
from data_prep.videos.options import DEFAULTS, VideoOptions
from data_prep.videos.prepare import Progress, prepare_videos
from data_prep.videos.source import resolved_root

if TYPE_CHECKING:
    from data_prep.prepared.builder import RecordsBuilder


def prepare_celebdf(
    source: Path | str,
    data_dir: Path | str,
    *,
    options: VideoOptions = DEFAULTS,
    on_progress: Progress | None = None,
    on_faces: Progress | None = None,
) -> Path:
    """Prepares the faces of a Celeb-DF tree below `data_dir`, or finds them prepared.

    Args:
        source: the folder with Celeb-real, YouTube-real, Celeb-synthesis and the list of test
            videos.
        data_dir: where prepared sets are kept.
        options: how many pictures, how large, and so on; `strict` makes identities that stand in
            the test and outside of it an error.
        on_progress: called with (videos done, videos in all).
        on_faces: likewise, of the videos in which faces are detected before.

    Returns:
        The TFDS version folder.

    Raises:
        FileNotFoundError: there is no such folder.
        ValueError: the list or the videos are missing or wrong, and what `prepare_videos` raises.
        OSError: what `prepare_videos` raises.
    """
    return prepare_videos(
        lay_out(resolved_root(source)),
        data_dir,
        data_set="celeb_df",
        builder=_builder,
        options=options,
        on_progress=on_progress,
        on_faces=on_faces,
    )


def _builder() -> type[RecordsBuilder]:
    from data_prep.celebdf.builder import CelebDF

    return CelebDF
