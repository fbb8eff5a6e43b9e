"""The work of a study: training the cells that are not done, beside other processes."""

import time
from collections.abc import Callable, Iterable
from pathlib import Path

from rich.console import Console

from experiments import control, evaluate, imp
from experiments.one_run.data import Data, open_data
from experiments.one_run.dataset_option import default_data_dir
from experiments.one_run.experiment import make_budget
from experiments.study.cells import Cell, _there, is_done
from experiments.terminal.program import EXPECTED_ERRORS, stopped_by
from jaxticket.runs import read_recipe
from jaxticket.runs.opening import is_locked

WAIT_SECONDS = 2.0


def refuse_data(cells: Iterable[Cell], folder: Path, console: Console) -> None:
    """Refuse data that cells not yet done cannot be trained on.

    They are too few for a batch, or for a level that reaches K of step:K, or hold other pictures
    than cells of their name were trained on. Data that are not prepared yet are prepared.

    Args:
        cells: of the study.
        folder: of their run folders.
        console: shows the progress of preparing.

    Raises:
        ValueError: names what is wrong with the data.
    """
    cells = list(cells)
    seen: set[tuple[str, str]] = set()
    for cell in cells:
        place = cell.model, cell.dataset
        if cell.command != "imp" or place in seen or is_done(cell, folder):
            continue
        seen.add(place)
        options = cell.config
        data_dir = options.data_dir or default_data_dir()
        data = open_data(options.dataset, None, data_dir, options.skip_limit, console)
        make_budget(options, data)
        for other in cells:
            if other.dataset == cell.dataset and other.figures is None:
                _refuse_other_pictures(folder / other.name, data)


def _refuse_other_pictures(run: Path, data: Data) -> None:
    """Refuse data of other pictures than a run, if there is one, was trained on."""
    if not (run / "config.json").is_file():
        return
    if read_recipe(run).data_fingerprint != data.fingerprint:
        raise ValueError(
            f"{run} was trained on other pictures than {data.name} holds now; name another --out, "
            "or prepare those pictures again"
        )


def train(cell: Cell, console: Console) -> None:
    """Train or evaluate a cell in this process, or go on with it.

    Raises:
        BlockingIOError: another process is at it.
    """
    if cell.command == "imp":
        imp.main(cell.config, console)
    elif cell.command == "evaluate":
        evaluate.main(cell.config, console)
    else:
        control.main(cell.config, console)


def work(
    cells: Iterable[Cell],
    folder: Path,
    console: Console,
    train: Callable[[Cell, Console], None] = train,
) -> dict[str, str]:
    """Train all cells that are not done; several processes may do so side by side.

    A cell that another process is training is left to it, and waited for in the end.

    Args:
        cells: in any order.
        folder: of their run folders.
        console: shows the progress.
        train: trains one cell.

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
            console.print(f"{cell.name}: another process is at it")
        waited_for.add(cell.name)

    _stop_if_asked()
    while left := [c for c in cells if c.name not in failed and not is_done(c, folder)]:
        busy = False
        for cell in left:
            missing = [name for name in cell.needs if not _there(name, folder)]
            if broken := [name for name in missing if name in failed]:
                failed[cell.name] = f"it needs {broken[0]}, which failed"
            if missing or is_done(cell, folder):
                continue
            if is_locked(cell.lock(folder)):  # seen before its data are opened
                wait_for(cell)
                continue
            if cell.name not in begun:
                begun.add(cell.name)
                done = sum(is_done(cell, folder) for cell in cells)
                console.print(f"cell {done + 1} of {len(cells)}: {cell.name}")
            try:
                train(cell, console)
                busy = True
                _stop_if_asked()
                if not is_done(cell, folder):  # or it would be done again and again
                    raise ValueError(
                        "it ended, but what it was to leave is not there; were the data prepared "
                        "anew since the others were trained?"
                    )
            except BlockingIOError:
                wait_for(cell)
            except (*EXPECTED_ERRORS, RuntimeError) as error:  # also of a device without memory
                failed[cell.name] = str(error)
                console.print(f"error: {cell.name}: {error}", style="bold red")
        if not busy and any(c.name not in failed and not is_done(c, folder) for c in cells):
            time.sleep(WAIT_SECONDS)
            _stop_if_asked()
    return failed


def _stop_if_asked() -> None:
    if stopped_by() is not None:
        raise KeyboardInterrupt("stopped between two cells")
