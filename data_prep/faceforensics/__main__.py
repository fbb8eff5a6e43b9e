"""Prepares a FaceForensics++ tree and prints its data card.

    python -m data_prep.faceforensics --source=DIR --out=DIR --compression=c23

The source holds original_sequences, manipulated_sequences, the official split files and a
face_boxes.json. 1,000 pictures of 120 videos of 160 x 160 pixels take about 4 seconds; a second
call finds the prepared set again.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

import tyro
from rich.progress import Progress

from data_prep.card import card_text, read_card
from data_prep.faceforensics.prepare import prepare_faceforensics


@dataclass(frozen=True)
class Config:
    """What to prepare, how, and where to.

    Attributes:
        source: the folder of original_sequences and manipulated_sequences.
        out: where prepared sets are kept.
        compression: raw (or c0), c23 or c40.
        frames: pictures of each forged video, evenly spaced.
        real_frames: pictures of each original; by default as frames. With M methods, M * frames
            gives as many real as forged pictures.
        size: the side of the pictures, pixels.
        methods: folders of manipulated_sequences, with commas between; by default all.
        boxes: a file of face boxes; by default face_boxes.json in the source.
        name: of the set; by default the folder's.
        skip_limit: how many bad videos are left out before it becomes an error.
    """

    source: Path
    out: Path
    compression: str = "c23"
    frames: int = 32
    real_frames: int | None = None
    size: int = 256
    methods: str | None = None
    boxes: Path | None = None
    name: str | None = None
    skip_limit: int = 20


def main(config: Config) -> int:
    """Prepares, prints the card and the folder; returns the exit status."""
    try:
        with Progress(transient=True) as bars:
            bar = bars.add_task("preparing", total=None)
            folder = prepare_faceforensics(
                config.source,
                config.out,
                name=config.name,
                compression=config.compression,
                frames=config.frames,
                real_frames=config.real_frames,
                size=config.size,
                methods=None if config.methods is None else config.methods.split(","),
                boxes=config.boxes,
                skip_limit=config.skip_limit,
                on_progress=lambda done, total: bars.update(bar, completed=done, total=total),
            )
    except (ValueError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    print(card_text(read_card(folder)))
    print(f"prepared set: {folder}")
    return 0


if __name__ == "__main__":
    sys.exit(main(tyro.cli(Config, description=__doc__)))
