"""The work at cells: training those that are not done, beside other processes."""

import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from rich.console import Console

from experiments.cells.cell import Cell, is_done, is_finished
from experiments.cells.progress import progress
from experiments.cells.team import Death
from experiments.terminal.program import EXPECTED_ERRORS, Killed, stopped_by
from jaxticket.runs.opening import is_locked

WAIT_SECONDS = 2.0
NOTHING_LEFT = (
    "it ended, but what it was to leave is not there; were the data prepared anew since the others "
    "were trained?"
)


def work(
    cells: Iterable[Cell],
    folder: Path,
    console: Console,
    train: Callable[[Cell, Console], None],
) -> dict[str, str]:
    """Train all cells that are not done; several processes may do so side by side.

    A cell that another process is training is left to it, and waited for in the end.

    Args:
        cells: in any order.
        folder: of their run folders.
        console: shows the progress.
        train: trains or evaluates one cell in this process, or goes on with it; raises
            BlockingIOError where another process is at it.

    Returns:
        Name -> why, of cells that failed, and of those that need them.

    Raises:
        KeyboardInterrupt: a signal came; the same command goes on.
    """
    cells = list(cells)
    failed: dict[str, str] = {}
    begun: set[str] = set()
    waited_for: set[str] = set()

    def wait_for(cell: Cell) -> None:
        if cell.name not in waited_for:
            console.print(f"{cell.called or cell.name}: another process is at it")
        waited_for.add(cell.name)

    _stop_if_asked()
    while left := [c for c in cells if c.name not in failed and not is_done(c, folder)]:
        busy = False
        for cell in left:
            missing = [name for name in cell.needs if not is_finished(name, folder)]
            if broken := [name for name in missing if name in failed]:
                failed[cell.name] = f"it needs {broken[0]}, which failed"
            if missing or is_done(cell, folder):
                continue
            if is_locked(cell.lock(folder)):  # seen before its data are opened
                wait_for(cell)
                continue
            if cell.name not in begun:
                begun.add(cell.name)
                console.print(progress(cells, cell, folder), style="bold")
            try:
                train(cell, console)
                busy = True
                _stop_if_asked()
                if not is_done(cell, folder):  # or it would be done again and again
                    raise ValueError(NOTHING_LEFT)
            except BlockingIOError:
                wait_for(cell)
            except (*EXPECTED_ERRORS, RuntimeError) as error:  # also of a device without memory
                failed[cell.name] = str(error)
                console.print(f"error: {cell.name}: {error}", style="bold red")
        if not busy and any(c.name not in failed and not is_done(c, folder) for c in cells):
            time.sleep(WAIT_SECONDS)
            _stop_if_asked()
    return failed


def refuse_failures(failed: Mapping[str, str], text: str) -> None:
    """End the command where cells failed.

    Args:
        failed: name -> why.
        text: what to tell the user.

    Raises:
        Killed: the process of one was ended.
        ValueError: one failed otherwise.
    """
    if any(isinstance(why, Death) for why in failed.values()):
        raise Killed(text)
    if failed:
        raise ValueError(text)


def _stop_if_asked() -> None:
    if stopped_by() is not None:
        raise KeyboardInterrupt("stopped between two cells")
