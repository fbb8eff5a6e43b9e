"""Two workers at trainings that end when they are asked to.

python -m tests.experiments.cells.leader FOLDER
"""

import io
import os
import sys
from functools import partial
from pathlib import Path

from rich.console import Console

from experiments.cells.places import Place
from experiments.cells.side_by_side import side_by_side
from experiments.terminal.program import run
from tests.experiments.cells.fake_training import FakeCell, make

CORE = min(os.sched_getaffinity(0))


def work(cells, folder, console=None):
    """Have two workers, both on one core."""
    console = console or Console(file=io.StringIO(), width=200)
    places = [Place((CORE,)), Place((CORE,))]
    return side_by_side(cells, folder, console, partial(make, folder), places)


if __name__ == "__main__":
    cells = [FakeCell("a", "save"), FakeCell("b", "save")]
    run(lambda: work(cells, Path(sys.argv[1]), Console()))
