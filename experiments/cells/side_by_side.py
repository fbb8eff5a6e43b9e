"""Cells trained side by side: a leader gives them to workers, each a process on its own cores.

What a cell leaves is what it leaves alone on as many cores: workers share nothing but the decoded
pictures, which none can change. Trainings that others wait for come first.
"""

import functools
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console

from experiments.cells.cell import Cell, is_done, is_finished
from experiments.cells.display import Display
from experiments.cells.places import Place
from experiments.cells.progress import progress
from experiments.cells.team import MakeTrain, Team, Worker
from experiments.cells.work import NOTHING_LEFT, WAIT_SECONDS, work
from experiments.terminal.program import stop_on_signals, stopped_by
from jaxticket.runs.opening import is_locked

HEARD_EVERY = 0.5
"""Seconds after which a leader looks whether it was asked to stop."""
SAVING = "stopping after this step; checkpoints are being saved ..."


def train_all(
    cells: Sequence[Cell],
    folder: Path,
    console: Console,
    make_train: MakeTrain,
    given: Sequence[Place],
) -> dict[str, str]:
    """Train all cells that are not done: at one place in this process, at several side by side.

    Arguments, result and errors as of `side_by_side`.
    """
    if len(given) == 1:
        return work(cells, folder, console, make_train(console))
    return side_by_side(cells, folder, console, make_train, given)


class WorkerBroke(Exception):
    """A worker met an error of the program's own; says where."""


def side_by_side(
    cells: Sequence[Cell],
    folder: Path,
    console: Console,
    make_train: MakeTrain,
    given: Sequence[Place],
) -> dict[str, str]:
    """Train all cells that are not done, in as many processes as there are places.

    Other processes may do so too: what they are at is left to them, and waited for in the end.

    Args:
        cells: in any order.
        folder: of their run folders.
        console: shows the progress.
        make_train: called in each worker, with a console; returns what trains one cell there, as
            `experiments.cells.work.work` takes it. It is pickled.
        given: a place for each worker.

    Returns:
        Name -> why, of cells that failed, also as their process died, and of those that need them.

    Raises:
        KeyboardInterrupt: a signal came, and all have saved what they were at.
        WorkerBroke: a worker met an error that is none of the user's.
    """
    leader = _Leader(cells, folder, console, len(given))
    with (
        stop_on_signals(SAVING),
        leader.display,
        Team(given, make_train, console.width) as team,
    ):
        leader.lead(team)
    return leader.failed


class _Leader:
    def __init__(self, cells: Sequence[Cell], folder: Path, console: Console, workers: int):
        self.failed: dict[str, str] = {}
        self.display = Display(console)
        levels = _chain(cells)
        self._cells = sorted(cells, key=lambda cell: -levels(cell.name))
        self._folder, self._console, self._workers = folder, console, workers
        self._done = {cell.name for cell in cells if is_done(cell, folder)}
        self._number = len(self._done)
        self._numbers: dict[str, int] = {}
        self._elsewhere: dict[str, float] = {}
        self._stopped: list[str] = []

    def lead(self, team: Team) -> None:
        told = False
        while True:
            if stopped_by() is None:
                if not (left := self._left(team)):
                    return
                self._give(team, left)
            else:
                for worker in () if told else team.workers:
                    worker.stop()
                told = True
                if not team.at_work():
                    raise KeyboardInterrupt("; ".join(self._stopped))
            for worker, (kind, *what) in team.hear(HEARD_EVERY):
                self._take(worker, kind, what)

    def _left(self, team: Team) -> list[Cell]:
        """Return the cells that are not done and not failed, those under way among them."""
        at_work = {worker.cell.name for worker in team.at_work() if worker.cell}
        left = []
        for cell in self._cells:
            if cell.name in self._done or cell.name in self.failed:
                continue
            if cell.name not in at_work and is_done(cell, self._folder):  # by another process
                self._done.add(cell.name)
                continue
            if broken := [name for name in cell.needs if name in self.failed]:
                self.failed[cell.name] = f"it needs {broken[0]}, which failed"
                continue
            left.append(cell)
        return left

    def _give(self, team: Team, left: Sequence[Cell]) -> None:
        """Give workers with nothing to do what can be begun."""
        at_work = {worker.cell.name for worker in team.at_work() if worker.cell}
        for cell in left:
            if cell.name in at_work or not all(is_finished(n, self._folder) for n in cell.needs):
                continue
            if time.monotonic() - self._elsewhere.get(cell.name, -WAIT_SECONDS) < WAIT_SECONDS:
                continue
            if is_locked(cell.lock(self._folder)):
                self._wait_for(cell)
                continue
            if (worker := team.idle()) is None:
                return
            if cell.name not in self._numbers:
                self._number += 1
                self._numbers[cell.name] = self._number
                line = progress(self._cells, cell, self._folder, self._number, self._workers)
                self._console.print(line, style="bold")
            self.display.begun(self._numbers[cell.name])
            worker.begin(cell)

    def _take(self, worker: Worker, kind: str, what: Sequence[Any]) -> None:
        """Take what a worker says."""
        if (cell := worker.cell) is None:  # the end of one that has nothing to do
            return
        number = self._numbers[cell.name]
        if kind == "said":
            return self.display.said(number, *what)
        if kind == "at":
            return self.display.at(number, *what)
        self.display.ended(number)
        worker.cell = None
        if kind == "broke":
            raise WorkerBroke(f"{cell.name}: {what[0]}")
        if kind == "busy":
            self._wait_for(cell)
        elif kind == "done" and is_done(cell, self._folder):
            self._done.add(cell.name)
        elif stopped_by() is not None and kind in ("stopped", "died"):
            self._stopped.append(f"{cell.called or cell.name}: {what[0] or 'stopped'}")
        else:
            asked = "its worker was asked to stop; the same command goes on from there"
            why = {"done": NOTHING_LEFT, "stopped": asked}.get(kind) or what[0]
            self.failed[cell.name] = why
            name = f"{cell.name} ({cell.called})" if cell.called else cell.name
            self._console.print(f"error: {name}: {why}", style="bold red")
        return None

    def _wait_for(self, cell: Cell) -> None:
        if cell.name not in self._elsewhere:
            self._console.print(f"{cell.called or cell.name}: another process is at it")
        self._elsewhere[cell.name] = time.monotonic()


def _chain(cells: Sequence[Cell]) -> Callable[[str], float]:
    """Return what says how many levels have to come one after the other, from a cell on."""
    own = {cell.name: cell.levels for cell in cells}
    waiting: dict[str, list[str]] = {}
    for cell in cells:
        for name in cell.needs:
            waiting.setdefault(name, []).append(cell.name)

    @functools.cache
    def levels(name: str) -> float:
        return own[name] + max(map(levels, waiting.get(name, [])), default=0)

    return levels
