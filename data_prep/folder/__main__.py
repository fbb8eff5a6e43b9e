"""Prepares a folder of pictures and prints its data card.

    python -m data_prep.folder --source=DIR --data_dir=DIR

The source holds {train,validation,test}/{real,fake}/, or {real,fake}/, methods below fake or beside
real, or a manifest.csv with the columns path,label,group,split; or it is a list, such as train.csv
or real.txt, that is read with those beside it. 2,200 pictures of 256 x 256 take about 5 seconds; a
second call finds the prepared set again.
"""

from __future__ import annotations

import sys

from data_prep.folder import open_pictures
from data_prep.folder.command import Config, run_config
from data_prep.terminal.program import start


def main(config: Config) -> int:
    """Prepare the set, print its card and folder, and return the exit status."""
    return run_config(open_pictures, config)


if __name__ == "__main__":
    sys.exit(start("folder"))
