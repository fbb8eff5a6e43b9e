"""Trainings that go together in one program: which of them can, and how they take turns."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from rich.console import Console

from experiments.cells.cell import Cell, is_done, is_finished
from experiments.cells.display import Display
from experiments.cells.progress import progress
from experiments.cells.side_by_side import SAVING
from experiments.cells.work import NOTHING_LEFT, work
from experiments.one_run.shared import Shared
from experiments.terminal.program import EXPECTED_ERRORS, stop_on_signals
from experiments.terminal.relay import RelayConsole
from jaxticket.lottery import DENSE_CONTROLS
from jaxticket.parallel import Within, hosts, together
from jaxticket.recipe import Recipe
from jaxticket.runs.opening import is_locked
from jaxticket.training import Turns, finished

Begin = Callable[[Cell, Console, Shared | None], Turns[Any]]
"""Begins to train a cell, in turns with others of the program; None for one of its own."""


def train_together(
    cells: Sequence[Cell],
    folder: Path,
    console: Console,
    begin: Begin,
    most: int,
    within: Within = "unrolled",
) -> dict[str, str]:
    """Train all cells that are not done, those of the same network together in one program.

    Args:
        cells: in any order.
        folder: of their run folders.
        console: shows the progress.
        begin: begins to train one.
        most: how many train together at most.
        within: as for `jaxticket.parallel.joint_step`.

    Returns:
        Name -> why, of cells that failed, and of those that need them.

    Raises:
        KeyboardInterrupt: a signal came, and all have saved what they were at.
        Exception: in several processes, what one training raised.
    """
    failed: dict[str, str] = {}
    numbers = {cell.name: number for number, cell in enumerate(cells, 1)}
    display = Display(console)
    with stop_on_signals(SAVING), display:
        while chosen := _chosen(cells, folder, failed, most):
            several = len(chosen) > 1 or not hosts.alone()
            shared = Shared(len(chosen), within) if several else None
            turns = []
            for cell in chosen:
                number = numbers[cell.name]
                console.print(progress(cells, cell, folder, number), style="bold")
                display.begun(number)
                own = RelayConsole(
                    partial(display.said, number), partial(display.at, number), console.width
                )
                own.quiet = console.quiet
                turns.append(begin(cell, own, shared))
            results = together(turns, shared.dispatch if shared else lambda: None)
            for cell, result in zip(chosen, results, strict=True):
                display.ended(numbers[cell.name])
                if not isinstance(result, Exception):
                    if hosts.alone() and not is_done(cell, folder):
                        failed[cell.name] = NOTHING_LEFT
                    continue
                # In several processes the others may have met none: they cannot go on together.
                if not isinstance(result, (*EXPECTED_ERRORS, RuntimeError)) or not hosts.alone():
                    raise result
                if not isinstance(result, BlockingIOError):  # else it is waited for below
                    failed[cell.name] = str(result)
                    console.print(f"error: {cell.name}: {result}", style="bold red")
    if not hosts.alone():
        return failed
    rest = [cell for cell in cells if cell.name not in failed]
    return failed | work(
        rest, folder, console, lambda cell, console: finished(begin(cell, console, None))
    )


def program_of(cell: Cell) -> Recipe | None:
    """Return what cells of one program have in common; None of one that has none with another."""
    recipe = cell.asked
    if recipe is None or (recipe.control and recipe.control.kind in DENSE_CONTROLS):
        return None
    plain = Recipe()
    same = ("control", "seed", "pruning", "rounds", "sparsities", "prune_fraction", "scope",
            "criterion")  # fmt: skip
    return replace(recipe, **{name: getattr(plain, name) for name in same})


def _chosen(
    cells: Sequence[Cell], folder: Path, failed: dict[str, str], most: int
) -> Sequence[Cell]:
    """Return cells that can be trained now, together; the same in all processes."""
    chosen: list[Cell] = []
    for cell in cells:
        if cell.name in failed or is_done(cell, folder):
            continue
        if broken := [name for name in cell.needs if name in failed]:
            failed[cell.name] = f"it needs {broken[0]}, which failed"
            continue
        waits = not all(is_finished(name, folder) for name in cell.needs)
        if waits or len(chosen) == most or is_locked(cell.lock(folder)):
            continue
        program = program_of(cell)
        if not chosen or (program is not None and program == program_of(chosen[0])):
            chosen.append(cell)
    mine = [cell in chosen for cell in cells]
    return [cell for cell, by_first in zip(cells, hosts.choice_of_first(mine), strict=True)
            if by_first]  # fmt: skip
