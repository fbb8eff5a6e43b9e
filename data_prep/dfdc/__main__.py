"""Prepares DFDC parts, test set or preview and prints the data card.

    python -m data_prep.dfdc --source=DIR --data_dir=DIR

The source is a part, or holds parts: folders of videos and their metadata.json or labels.csv, such
as train/dfdc_train_part_0, validation and test; or it is the preview with its dataset.json. It may
hold a face_boxes.json; else faces are detected. A second call finds the prepared set again.
"""

from __future__ import annotations

import sys

from data_prep.dfdc import open_dfdc
from data_prep.terminal.program import start
from data_prep.videos.command import Config, run_config


def main(config: Config) -> int:
    """Prepare the set, print its card and folder, and return the exit status."""
    return run_config(open_dfdc, config)


if __name__ == "__main__":
    sys.exit(start("dfdc"))
