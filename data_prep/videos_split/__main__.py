"""Prepares the Kaggle data set "1000 videos split" and prints its data card.

    python -m data_prep.videos_split --source=DIR --out=DIR

The source holds {train,test}/{real,fake}/ and perhaps val, with a folder of face crops per video or
pictures named after their video. A second call finds the prepared set again.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

import tyro

from data_prep.command import run
from data_prep.videos_split.prepare import prepare_videos_split


@dataclass(frozen=True)
class Config:
    """What to prepare, and where to.

    Attributes:
        source: the folder of train and test.
        out: where prepared sets are kept.
        skip_limit: how many bad pictures are left out before it becomes an error.
        strict: make groups and pictures that stand in two splits an error and not a warning.
    """

    source: Path
    out: Path
    skip_limit: int = 20
    strict: bool = False


def main(config: Config) -> int:
    """Prepares, prints the card and the folder; returns the exit status."""
    return run(
        lambda on_progress: prepare_videos_split(
            config.source,
            config.out,
            skip_limit=config.skip_limit,
            strict=config.strict,
            on_progress=on_progress,
        )
    )


if __name__ == "__main__":
    sys.exit(main(tyro.cli(Config, description=__doc__)))
