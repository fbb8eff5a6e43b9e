"""Prepares a tree of Celeb-DF (v1, v2 or ++) and prints its data card.

    python -m data_prep.celebdf --source=DIR --data_dir=DIR

The source holds Celeb-real, YouTube-real and Celeb-synthesis, in which a folder may stand for each
method, the list of test videos (List_of_testing_videos.txt, or one CSV) and perhaps a
face_boxes.json; else faces are detected. A second call finds the prepared set again.
"""

from __future__ import annotations

import sys

from data_prep.celebdf import open_celebdf
from data_prep.terminal.program import start
from data_prep.videos.command import Config, run_config


def main(config: Config) -> int:
    """Prepare the set, print its card and folder, and return the exit status."""
    return run_config(open_celebdf, config)


if __name__ == "__main__":
    sys.exit(start("celebdf"))
