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
from rich.progress import Progress

from data_prep.card import card_text, read_card
from data_prep.folder.prepare import prepare_folder


@dataclass(frozen=True)
class Config:
    """What to prepare, and where to.

    Attributes:
        source: the folder of pictures, or a manifest (CSV).
        out: where prepared sets are kept.
        skip_limit: how many bad pictures are left out before it becomes an error.
    """

    source: Path
    out: Path
    skip_limit: int = 20


def main(config: Config) -> int:
    """Prepares, prints the card and the folder; returns the exit status."""
    try:
        with Progress(transient=True) as bars:
            bar = bars.add_task("preparing", total=None)
            folder = prepare_folder(
                config.source,
                config.out,
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
