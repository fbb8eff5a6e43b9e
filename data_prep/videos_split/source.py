"""The split of a thousand videos, opened: a folder of pictures with groups of its own."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from data_prep.folder.source import PictureSource, open_pictures
from data_prep.source.entries import Arrangement
from data_prep.videos_split.names import link_videos

_NOTE = (
    "a group is the pair that the names give (000_003: both originals and both forgeries), or of "
    "Celeb-DF the target clip, else the video"
)


def open_videos_split(source: Path | str) -> PictureSource:
    """List the face crops of the split, without opening a picture.

    Args:
        source: the folder of train and test, in a layout that `data_prep.folder` knows.

    Raises:
        ValueError: what `open_pictures` raises.
        OSError: likewise.
    """
    opened = open_pictures(source, "videos_split", link_videos)

    def arrange() -> Arrangement:
        arrangement = opened.arrange()
        return replace(arrangement, notes=(*arrangement.notes, _NOTE))

    return replace(opened, arrange=arrange)
