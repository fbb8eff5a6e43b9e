"""From the split of a thousand videos to a prepared set: once, and then found again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from data_prep.folder.prepare import Progress, prepare_pictures
from data_prep.folder.source import open_source
from data_prep.source.arrange import Layout
from data_prep.videos_split.names import link_videos

if TYPE_CHECKING:
    from data_prep.prepared.builder import RecordsBuilder

_NOTE = (
    "a group is the pair that the names give (000_003: both originals and both forgeries), or of "
    "Celeb-DF the target clip, else the video"
)


def prepare_videos_split(
    source: Path | str,
    data_dir: Path | str,
    *,
    skip_limit: int = 20,
    strict: bool = False,
    on_progress: Progress | None = None,
) -> Path:
    """Prepares the face crops of the split below `data_dir`, or finds them prepared.

    Args:
        source: the folder of train and test, in a layout that `data_prep.folder` knows.
        data_dir: where prepared sets are kept.
        skip_limit: how many bad pictures are left out before it becomes an error.
        strict: whether groups and pictures that stand in two of the given splits are an error and
            not only a warning.
        on_progress: called with (pictures done, pictures in all).

    Returns:
        The TFDS version folder.

    Raises:
        ValueError: what `prepare_folder` raises.
        OSError: likewise.
    """
    opened = open_source(Path(source).expanduser(), link_videos)

    def lay_out() -> Layout:
        layout = opened.lay_out()
        return replace(layout, notes=(*layout.notes, _NOTE))

    return prepare_pictures(
        replace(opened, lay_out=lay_out),
        data_dir,
        data_set="videos_split",
        builder=_builder,
        skip_limit=skip_limit,
        strict=strict,
        on_progress=on_progress,
    )


def _builder() -> type[RecordsBuilder]:
    from data_prep.videos_split.builder import VideosSplit

    return VideosSplit
