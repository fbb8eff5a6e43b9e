"""Renders the synthetic world in the layout of a real data set.

    python -m data_prep.synthetic --layout=faceforensics --out=DIR

Writes H.264 videos at CRF 0 (raw), 23 and 40, mask videos, split files and face boxes of 260 people
with five forgeries each: about a minute on two cores, 280 MB. Prepare them as the embedded set
`synthetic_ff` is:

    python -m data_prep.faceforensics --source=DIR --out=DATA --frames=1 --real_frames=5 --size=96
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import tyro
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

from data_prep.synthetic.render_once import render_once
from data_prep.synthetic.tree import COMPRESSIONS
from data_prep.synthetic.world import World


@dataclass(frozen=True)
class Config:
    """What to render, and where to.

    Attributes:
        out: a new or empty folder for the videos.
        layout: of the folders and files: FaceForensics++.
        world: seed, pairs of people in each split, and frames in each clip.
        compressions: which qualities are written, with commas between.
    """

    out: Path
    layout: Literal["faceforensics"] = "faceforensics"
    world: tyro.conf.OmitArgPrefixes[World] = field(default_factory=World)
    compressions: str = ",".join(COMPRESSIONS)


def main(config: Config) -> int:
    """Renders; returns the exit status."""
    compressions = config.compressions.split(",")
    unknown = sorted(set(compressions) - set(COMPRESSIONS))
    if unknown:
        known = ", ".join(COMPRESSIONS)
        print(f"error: --compressions: {unknown[0]!r} is none of {known}", file=sys.stderr)
        return 2
    columns = ("rendering", BarColumn(), MofNCompleteColumn(), "pairs", TimeRemainingColumn())
    try:
        with Progress(*columns, transient=True) as bars:
            bar = bars.add_task("rendering", total=None)
            render_once(
                config.world,
                config.out.expanduser(),
                compressions,
                on_progress=lambda done, total: bars.update(bar, completed=done, total=total),
            )
    except (ValueError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("stopped: no videos are kept", file=sys.stderr)
        return 130
    print(f"synthetic videos: {config.out}")
    return 0


if __name__ == "__main__":
    sys.exit(main(tyro.cli(Config, description=__doc__)))
