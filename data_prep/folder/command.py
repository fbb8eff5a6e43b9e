"""What the commands of sets of pictures share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from data_prep.folder.prepare import prepare_pictures
from data_prep.folder.source import PictureSource
from data_prep.running.command_line import run


@dataclass(frozen=True)
class Config:
    """What to prepare of pictures, and where to.

    Attributes:
        source: the pictures, as above.
        data_dir: where prepared sets are kept.
        skip_limit: how many bad pictures are left out before it becomes an error.
        strict: make every leak an error: groups, clips by the names of their frames, or pictures,
            also nearly identical ones, in two splits, and pictures with two labels; else those that
            were given so are warned of.
    """

    OLDER = MappingProxyType({"out": "data_dir"})

    source: Path
    data_dir: Path
    skip_limit: int = 20
    strict: bool = False


def run_config(open_set: Callable[[Path], PictureSource], config: Config) -> int:
    """Prepare a set, print the card and the folder, and return the exit status.

    Args:
        open_set: lists the pictures of the source, as `data_prep.folder.open_pictures` does.
        config: what the user gave.
    """
    return run(
        lambda on_progress: prepare_pictures(
            open_set(config.source),
            config.data_dir,
            skip_limit=config.skip_limit,
            strict=config.strict,
            on_progress=on_progress,
        )
    )
