"""The cells of a study: every training that it needs, each a run folder of its own.

Evaluations of what was trained are cells too; theirs lie in the run folder of the ticket. A cell is
a command of this package with its options. What cells share, the dense network of a
model, data set and seed, is a cell that the others need. Any cell can run as a job of its own.
"""

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jaxticket.runs import read_config
from jaxticket.runs.evaluations import evaluated, evaluation_folder


@dataclass(frozen=True)
class Figures:
    """What an evaluation is to leave.

    Attributes:
        run: the name of the run folder that is evaluated, and in which the figures lie.
        data_of: the name of a run that was trained on the pictures.
        pairs: the (corruption, level) that must be among them.
    """

    run: str
    data_of: str
    pairs: frozenset[tuple[str, int]]


@dataclass(frozen=True)
class Cell:
    """One training, one run of several levels, or one evaluation of what was trained.

    Attributes:
        name: of its run folder; of an evaluation only a name.
        command: the module that does it: `imp`, `control` or `evaluate`.
        options: on its command line.
        needs: the names of cells that must be done before.
        levels: how many levels it trains.
        model: the detector.
        dataset: what it trains on, or evaluates on.
        figures: what is there when an evaluation is done; None of a training.
        asked: what the run folder's config.json is to say, the data apart; empty of an evaluation.
    """

    name: str
    command: str
    options: tuple[str, ...]
    needs: tuple[str, ...]
    levels: int
    model: str
    dataset: str
    figures: Figures | None = None
    asked: Mapping[str, Any] = field(default_factory=dict, hash=False)

    def line(self) -> str:
        """Return its command, as a shell reads it."""
        return shlex.join(["python", "-m", f"experiments.{self.command}", *self.options])

    def lock(self, folder: Path) -> Path:
        """Return the lock that a process holds while it is at this cell."""
        if self.figures is None:
            return folder / self.name / "lock"
        return folder / self.figures.run / "evaluations" / "lock"


def is_done(cell: Cell, folder: Path) -> bool:
    """Return whether a cell has been done: a summary is written last, and so are figures."""
    if cell.figures is None:
        return _there(cell.name, folder)
    if not (_there(cell.figures.run, folder) and _there(cell.figures.data_of, folder)):
        return False
    data = read_config(folder / cell.figures.data_of)
    place = evaluation_folder(
        folder / cell.figures.run, data["data_name"], data["data_fingerprint"], "test"
    )
    return cell.figures.pairs <= evaluated(place)


def _there(name: str, folder: Path) -> bool:
    return (folder / name / "summary.json").is_file()


def needed(cells: Sequence[Cell], cell: Cell) -> list[Cell]:
    """Return a cell and all that it needs, in the order in which they can run."""
    by_name = {one.name: one for one in cells}
    found: dict[str, Cell] = {}

    def visit(one: Cell) -> None:
        for name in one.needs:
            visit(by_name[name])
        found.setdefault(one.name, one)

    visit(cell)
    return list(found.values())
