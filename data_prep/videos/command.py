"""What the commands of sets of videos share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

import tyro

from data_prep.running.command_line import run_with_faces
from data_prep.videos.options import VideoOptions
from data_prep.videos.prepare import prepare_videos
from data_prep.videos.video_set import VideoSet


@dataclass(frozen=True)
class Config:
    """What to prepare, how, and where to.

    Attributes:
        source: the folder of the data set, as above.
        data_dir: where prepared sets are kept.
        video: of every set of videos.
    """

    OLDER = MappingProxyType({"out": "data_dir", "size": "image_size"})

    source: Path
    data_dir: Path
    video: tyro.conf.OmitArgPrefixes[VideoOptions] = field(default_factory=VideoOptions)


def run_config(open_set: Callable[[Path], VideoSet], config: Config) -> int:
    """Prepare a set, print the card and the folder, and return the exit status.

    Args:
        open_set: lists the videos of the source folder, as `data_prep.celebdf.open_celebdf` does.
        config: what the user gave.
    """
    return run_with_faces(
        lambda on_faces, on_progress: prepare_videos(
            open_set(config.source),
            config.data_dir,
            options=config.video,
            on_progress=on_progress,
            on_faces=on_faces,
        )
    )
