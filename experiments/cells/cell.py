"""A cell: one training of those that a study or a ticket with controls needs, in a run folder.

Evaluations of what was trained are cells too; theirs lie in the run folder of the ticket. A cell is
a command of this package with its options. What cells share, such as the dense network of a model,
data set and seed, is a cell that the others need. Any cell can run as a job of its own.
"""

import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from experiments.one_run.estimate import stops_early
from experiments.options.imp import PRESETS
from experiments.terminal.options import words
from jaxticket.recipe import Recipe
from jaxticket.report.page import PAGE
from jaxticket.runs import read_recipe
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
        config: the options of the command.
        needs: the names of cells that must be done before.
        levels: how many full levels' steps it trains, about, or at most where it `stops_early`.
        model: the detector.
        dataset: what it trains on, or evaluates on.
        figures: what is there when an evaluation is done; None of a training.
        asked: the recipe that the run folder is to have, its data left open; None of an evaluation.
        called: what to call it on the terminal; "" for its name.
    """

    name: str
    command: str
    config: Any
    needs: tuple[str, ...]
    levels: float
    model: str
    dataset: str
    figures: Figures | None = None
    asked: Recipe | None = None
    called: str = ""

    @property
    def options(self) -> list[str]:
        """What its command line says."""
        preset = getattr(self.config, "preset", None)
        return words(self.config, PRESETS[preset] if preset else None)

    @property
    def stops_early(self) -> bool:
        """Whether it may take less than `levels` say."""
        return self.asked is not None and stops_early(self.asked)

    def line(self) -> str:
        """Return its command, as a shell reads it."""
        return shlex.join(["python", "-m", f"experiments.{self.command}", *self.options])

    def lock(self, folder: Path) -> Path:
        """Return the lock that a process holds while it is at this cell."""
        if self.figures is None:
            return folder / self.name / "lock"
        return folder / self.figures.run / "evaluations" / "lock"


def is_done(cell: Cell, folder: Path) -> bool:
    """Return whether a cell has been done, with the page of a run, or its figures, written last."""
    if cell.figures is None:
        page = folder / cell.name / PAGE
        return is_finished(cell.name, folder) and (cell.command != "imp" or page.is_file())
    if not (is_finished(cell.figures.run, folder) and is_finished(cell.figures.data_of, folder)):
        return False
    data = read_recipe(folder / cell.figures.data_of)
    place = evaluation_folder(
        folder / cell.figures.run, data.data_name, data.data_fingerprint, "test"
    )
    return cell.figures.pairs <= evaluated(place)


def is_finished(name: str, folder: Path) -> bool:
    """Return whether a run has ended, so that others may begin with what it left."""
    return (folder / name / "summary.json").is_file()


def needed(cells: Sequence[Cell], cell: Cell) -> list[Cell]:
    """Return a cell and all that it needs, in the order in which they can run."""
    by_name = {cell.name: cell for cell in cells}
    ordered: dict[str, Cell] = {}

    def visit(cell: Cell) -> None:
        for name in cell.needs:
            visit(by_name[name])
        ordered.setdefault(cell.name, cell)

    visit(cell)
    return list(ordered.values())
