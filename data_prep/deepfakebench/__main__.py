"""Prepares face crops of DeepfakeBench or DF40 and prints their data card.

    python -m data_prep.deepfakebench --source=DIR --data_dir=DIR --index=FF-DF.json

The source holds FaceForensics++, Celeb-DF-v2, DF40 or what else an index names; or, without an
index, it is one FaceForensics++ or Celeb-DF tree with frames, perhaps masks and landmarks. The
crops are taken whole. A second call finds the prepared set again.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

import tyro

from data_prep.deepfakebench import open_deepfakebench
from data_prep.running.command_line import run
from data_prep.terminal.program import start
from data_prep.videos.options import VideoOptions
from data_prep.videos.prepare import prepare_videos


@dataclass(frozen=True)
class Config:
    """What to prepare, how, and where to.

    Attributes:
        source: the folder of the data sets, or of one.
        data_dir: where prepared sets are kept.
        index: a file of dataset_json, or that folder for all of its files; looked for here, in the
            source and in its folder dataset_json. A file's name is that of the set by default.
        compression: raw (or c0), c23 or c40, of the FaceForensics++ family; by default c23 there.
        methods: the forgery methods, with commas between; by default all.
        splits: the folder of train.json, val.json and test.json of a FaceForensics++ tree without
            an index; by default in the source.
        make_splits: where there are no such files, divide the pairs here: no published figure is
            comparable with such a set.
        video: of every set of videos; those about boxes and detectors are refused.
    """

    OLDER = MappingProxyType({"out": "data_dir", "size": "image_size"})  # as of the other sets

    source: Path
    data_dir: Path
    index: Path | None = None
    compression: str | None = None
    methods: tuple[str, ...] | None = None
    splits: Path | None = None
    make_splits: bool = False
    video: tyro.conf.OmitArgPrefixes[VideoOptions] = field(default_factory=VideoOptions)


def main(config: Config) -> int:
    """Prepare the set, print its card and folder, and return the exit status."""
    return run(
        lambda on_progress: prepare_videos(
            open_deepfakebench(
                config.source,
                config.index,
                config.compression,
                config.methods,
                config.splits,
                config.make_splits,
            ),
            config.data_dir,
            options=config.video,
            on_progress=on_progress,
        )
    )


if __name__ == "__main__":
    sys.exit(start("deepfakebench"))
