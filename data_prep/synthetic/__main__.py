"""Renders the synthetic world in the layout of a real data set.

    python -m data_prep.synthetic --layout=faceforensics --out=DIR

Writes H.264 videos at CRF 0 (raw), 23 and 40, mask videos, split files and face boxes of 260 people
with five forgeries each: about a minute on two cores, 280 MB. Prepare them as the embedded set
`synthetic_ff` is:

    python -m data_prep.faceforensics --source=DIR --data_dir=DATA --frames=1 --real_frames=5 \
        --image_size=96

    python -m data_prep.synthetic --layout=openforensics --out=DIR

Writes 420 group pictures with COCO annotations, about half of their 1,265 faces forged: 25 seconds
on two cores, 10 MB. The embedded set `synthetic_of` is prepared by

    python -m data_prep.openforensics --source=DIR --data_dir=DATA --image_size=96

    python -m data_prep.synthetic --layout=celebdf --out=DIR

Writes 300 videos at CRF 23 of 157 other people and one other forgery, the list of test videos and
face boxes: 20 seconds on two cores, 1.4 MB. The embedded set `synthetic_cd` is prepared by

    python -m data_prep.celebdf --source=DIR --data_dir=DATA --frames=5 --image_size=96
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import tyro
from rich.progress import BarColumn, MofNCompleteColumn, TimeRemainingColumn

from data_prep.synthetic.group_world import GroupWorld
from data_prep.synthetic.releases.celebdf import CELEBRITIES, render_celebdf_once
from data_prep.synthetic.releases.delivery import COMPRESSIONS
from data_prep.synthetic.releases.openforensics import render_groups_once
from data_prep.synthetic.releases.render_once import render_once
from data_prep.synthetic.world import World
from data_prep.terminal.bars import make_bars
from data_prep.terminal.program import start


@dataclass(frozen=True)
class Config:
    """What to render, and where to.

    Attributes:
        out: a new or empty folder for the videos.
        layout: of the folders and files: FaceForensics++, OpenForensics or Celeb-DF.
        world: seed, pairs of people in each split, and frames in each clip.
        groups: of OpenForensics: seed, and group pictures in each split.
        celebrities: of Celeb-DF: as the world; its test pairs are the official list.
        compressions: which qualities of FaceForensics++ are written, with commas between.
    """

    out: Path
    layout: Literal["faceforensics", "openforensics", "celebdf"] = "faceforensics"
    world: tyro.conf.OmitArgPrefixes[World] = field(default_factory=World)
    groups: GroupWorld = field(default_factory=GroupWorld)
    celebrities: World = CELEBRITIES
    compressions: tuple[str, ...] = tuple(COMPRESSIONS)


def main(config: Config) -> int:
    """Render the world and return the exit status."""
    unknown = sorted(set(config.compressions) - set(COMPRESSIONS))
    if unknown:
        known = ", ".join(COMPRESSIONS)
        print(f"error: --compressions: {unknown[0]!r} is none of {known}", file=sys.stderr)
        return 2
    misplaced = _misplaced(config)
    if misplaced:
        print(f"error: --layout={config.layout} {misplaced}", file=sys.stderr)
        return 2
    columns = ("rendering", BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    try:
        with make_bars(*columns) as bars:
            bar = bars.add_task("rendering", total=None)

            def show(done: int, total: int) -> None:
                bars.update(bar, completed=done, total=total)

            if config.layout == "openforensics":
                render_groups_once(config.groups, config.out.expanduser(), show)
            elif config.layout == "celebdf":
                render_celebdf_once(config.celebrities, config.out.expanduser(), show)
            else:
                render_once(
                    config.world, config.out.expanduser(), config.compressions, on_progress=show
                )
    except (ValueError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    kind = "pictures" if config.layout == "openforensics" else "videos"
    print(f"synthetic {kind}: {config.out}")
    return 0


def _misplaced(config: Config) -> str | None:
    """Return what is wrong where options of another layout were given."""
    worlds = {
        "faceforensics": ("--seed, --train and so on", config.world != World()),
        "openforensics": ("--groups.*", config.groups != GroupWorld()),
        "celebdf": ("--celebrities.*", config.celebrities != CELEBRITIES),
    }
    for layout, (options, given) in worlds.items():
        if given and layout != config.layout:
            wanted = worlds[config.layout][0]
            return f"is described by {wanted}; {options} belong to --layout={layout}"
    return None


if __name__ == "__main__":
    sys.exit(start("synthetic"))
