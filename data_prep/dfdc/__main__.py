"""Prepares DFDC parts and prints its data card.

    python -m data_prep.dfdc --source=DIR --out=DIR

The source holds parts, folders of videos and their metadata.json, and a face_boxes.json. A second
call finds the prepared set again.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from pathlib import Path

import tyro

from data_prep.command import run
from data_prep.dfdc.prepare import prepare_dfdc
from data_prep.videos.options import VideoOptions


@dataclass(frozen=True)
class Config:
    """What to prepare, how, and where to.

    Attributes:
        source: the folder of the parts, or a part.
        out: where prepared sets are kept.
        options: of every set of videos.
    """

    source: Path
    out: Path
    options: tyro.conf.OmitArgPrefixes[VideoOptions] = field(default_factory=VideoOptions)


def main(config: Config) -> int:
    """Prepares, prints the card and the folder; returns the exit status."""
    return run(
        lambda on_progress: prepare_dfdc(
            config.source, config.out, options=config.options, on_progress=on_progress
        )
    )


if __name__ == "__main__":
    sys.exit(main(tyro.cli(Config, description=__doc__)))
