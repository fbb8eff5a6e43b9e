"""Prepares a FaceForensics++ tree and prints its data card.

    python -m data_prep.faceforensics --source=DIR --data_dir=DIR --compression=c23

The source holds original_sequences, manipulated_sequences, the official split files and perhaps a
face_boxes.json; else faces are detected. Copies with a folder a method (original, Deepfakes, ...)
are read too. 1,000 pictures of 120 videos of 160 x 160 pixels take
about 4 seconds where the boxes are known; a second call finds the prepared set again.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

import tyro

from data_prep.faceforensics import open_faceforensics
from data_prep.running.command_line import run_with_faces
from data_prep.terminal.program import start
from data_prep.videos.options import VideoOptions
from data_prep.videos.prepare import prepare_videos


@dataclass(frozen=True)
class Config:
    """What to prepare, how, and where to.

    Attributes:
        source: the folder of original_sequences and manipulated_sequences, or of original and a
            folder a method.
        data_dir: where prepared sets are kept.
        compression: raw (or c0), c23 or c40; what the videos are where no folder says it.
        methods: folders of forgeries, with commas between; by default all.
        splits: the folder of train.json, val.json and test.json; by default in the source.
        whole_pictures: extracted frames are whole pictures of the video, not face crops that were
            cut before, whatever lies beside them and whatever their form.
        make_splits: where there are no such files, divide the pairs here: no published figure is
            comparable with such a set.
        video: of every set of videos.
    """

    OLDER = MappingProxyType({"out": "data_dir", "size": "image_size"})

    source: Path
    data_dir: Path
    compression: str = "c23"
    methods: tuple[str, ...] | None = None
    splits: Path | None = None
    whole_pictures: bool = False
    make_splits: bool = False
    video: tyro.conf.OmitArgPrefixes[VideoOptions] = field(default_factory=VideoOptions)


def main(config: Config) -> int:
    """Prepare the set, print its card and folder, and return the exit status."""
    return run_with_faces(
        lambda on_faces, on_progress: prepare_videos(
            open_faceforensics(
                config.source,
                config.compression,
                config.methods,
                config.splits,
                whole_pictures=config.whole_pictures,
                make_splits=config.make_splits,
            ),
            config.data_dir,
            options=config.video,
            on_progress=on_progress,
            on_faces=on_faces,
        )
    )


if __name__ == "__main__":
    sys.exit(start("faceforensics"))
