"""Prepares the Kaggle data set "1000 videos split" and prints its data card.

    python -m data_prep.videos_split --source=DIR --data_dir=DIR

The source holds {train,test}/{real,fake}/ and perhaps val, with a folder of face crops per video or
pictures named after their video. A second call finds the prepared set again.
"""

from __future__ import annotations

import sys

from data_prep.folder.command import Config, run_config
from data_prep.terminal.program import start
from data_prep.videos_split import open_videos_split


def main(config: Config) -> int:
    """Prepare the set, print its card and folder, and return the exit status."""
    return run_config(open_videos_split, config)


if __name__ == "__main__":
    sys.exit(start("videos_split"))
