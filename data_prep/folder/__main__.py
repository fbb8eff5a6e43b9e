"""Prepares a folder of pictures and prints its data card.

    python -m data_prep.folder --source=DIR --out=DIR

The source holds {train,validation,test}/{real,fake}/, or {real,fake}/, or a manifest.csv with the
columns path,label,group,split. 2,200 pictures of 256 x 256 take about 5 seconds; a second call
finds the prepared set again.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

import tyro

from data_prep.command import run
from data_prep.folder.prepare import prepare_folder


@dataclass(frozen=True)
class Config:
    """What to prepare, and where to.

    Attributes:
        source: the folder of pictures, or a manifest (CSV).
        out: where prepared sets are kept.
        skip_limit: how many bad pictures are left out before it becomes an error.
        strict: make every leak an error: groups or pictures, also nearly identical ones, in two
            splits, and pictures with two labels; else those that were given so are warned of.
    """

    source: Path
    out: Path
    skip_limit: int = 20
    strict: bool = False


def main(config: Config) -> int:
    """Prepares, prints the card and the folder; returns the exit status."""
    return run(
        lambda on_progress: prepare_folder(
            config.source,
            config.out,
            skip_limit=config.skip_limit,
            strict=config.strict,
            on_progress=on_progress,
        )
    )


if __name__ == "__main__":
    sys.exit(main(tyro.cli(Config, description=__doc__)))
