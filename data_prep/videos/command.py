"""What the commands of sets of videos share."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import tyro

from data_prep.running.command_line import OnProgress, run_with_faces
from data_prep.videos.options import VideoOptions


@dataclass(frozen=True)
class Config:
    """What to prepare, how, and where to.

    Attributes:
        source: the folder of the data set, as above.
        out: where prepared sets are kept.
        options: of every set of videos.
    """

    source: Path
    out: Path
    options: tyro.conf.OmitArgPrefixes[VideoOptions] = field(default_factory=VideoOptions)


class Prepare(Protocol):
    """Prepares one kind of data set, such as `data_prep.celebdf.prepare_celebdf`."""

    def __call__(
        self,
        source: Path | str,
        data_dir: Path | str,
        *,
        options: VideoOptions,
        on_progress: OnProgress | None,
        on_faces: OnProgress | None,
    ) -> Path:
        """Returns the TFDS version folder."""
        ...


def run_config(prepare: Prepare, config: Config) -> int:
    """Prepares, prints the card and the folder; returns the exit status."""
    return run_with_faces(
        lambda on_faces, on_progress: prepare(
            config.source,
            config.out,
            options=config.options,
            on_progress=on_progress,
            on_faces=on_faces,
        )
    )
