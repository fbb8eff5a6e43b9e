"""Finished runs of elsewhere in place of trainings: those of the very recipe that a cell asks for.

A run is copied whole into the cell's folder, or not at all, and the original stays as it is. Only
what is never written again, the arrays of kept levels, is one file on the disk under two names
where the file system can do that; so either folder may be moved or removed.
"""

import os
import re
import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from rich.console import Console

from experiments.cells.cell import Cell, is_finished
from experiments.cells.same_recipe import of_recipe, runs_in
from experiments.one_run.recipe import check_dense
from jaxticket.recipe import Recipe
from jaxticket.runs import read_recipe
from jaxticket.runs.files import write_json
from jaxticket.runs.opening import lock
from jaxticket.writing import require_plain, sync, sync_all

NOTE = "taken_over.json"
"""In a run folder that was taken over: where from."""
_WORKPLACE = ".taking_over"
_LEFT_OUT = shutil.ignore_patterns("lock", "partial", "*.partial", "*.orbax-checkpoint-tmp*")
_ARRAYS = re.compile(r"(init|rewind|level_\d+/(checkpoint|drawn))/.+")
WAIT_SECONDS = 0.5

Identity = Callable[[Cell], Mapping[str, Any]]
"""The fields of a recipe that say what the data of a cell are."""


def take_over(
    cells: Sequence[Cell],
    folder: Path,
    places: Sequence[Path],
    identity: Identity,
    console: Console,
) -> None:
    """Copy finished runs into the folders of cells that are not begun.

    Args:
        cells: in an order in which they could be trained.
        folder: of their run folders.
        places: folders of run folders.
        identity: of a cell's data.
        console: told what was taken.

    Raises:
        FileNotFoundError: a place is no folder.
        OSError: a run cannot be copied.
    """
    if not to_take(cells, folder, places, identity):
        return
    handle = _alone(folder / _WORKPLACE)
    try:
        for name, source in to_take(cells, folder, places, identity).items():
            if copy_run(source, folder / name):
                console.print(f"taken over: {name}, from {source}")
    finally:
        os.close(handle)


def to_take(
    cells: Sequence[Cell], folder: Path, places: Sequence[Path], identity: Identity
) -> dict[str, Path]:
    """Return the name of a cell that is not begun -> the finished run that is what it asks for.

    Arguments and errors as of `take_over`.
    """
    runs = _finished(folder, places)
    found: dict[str, Path] = {}
    for cell in cells if runs else ():
        if cell.asked is None or (folder / cell.name).exists():
            continue
        ticket = None
        if cell.asked.control is not None:
            (name,) = cell.needs
            ticket = found.get(name, folder / name)
            if name not in found and not is_finished(name, folder):
                continue
        wanted = _wanted(cell.asked, ticket, identity(cell))
        if (run := next(of_recipe(runs, wanted, ticket), None)) is not None:
            found[cell.name] = run
    return found


def with_dense(
    cells: Sequence[Cell], folder: Path, places: Sequence[Path], identity: Identity
) -> list[Cell]:
    """Return cells, of which dense networks begin with the level 0 of a run that fits.

    A run that goes on to sparse levels is not what the cell of a dense network asks for, but its
    level 0 is: `--dense` copies it, and nothing is trained. Arguments as of `take_over`.
    """
    runs = _finished(folder, places)

    def begun(cell: Cell) -> Cell:
        if cell.asked is None or cell.asked.rounds != 0 or (folder / cell.name).exists():
            return cell
        wanted = replace(cell.asked, **identity(cell))
        for run in runs:
            with suppress(ValueError):  # it is of another network
                check_dense(run, wanted)
                return replace(cell, config=replace(cell.config, dense=run))
        return cell

    return [begun(cell) for cell in cells] if runs else list(cells)


def _finished(folder: Path, places: Sequence[Path]) -> dict[Path, Recipe]:
    """Return the finished runs of places, without those of the folder itself."""
    if lacking := [place for place in places if not place.is_dir()]:
        raise FileNotFoundError(f"--take_over={lacking[0]}: there is no such folder")
    return {
        run.resolve(): recipe
        for place in places
        for run, recipe in runs_in(place).items()
        if (run / "summary.json").is_file() and run.parent.resolve() != folder.resolve()
    }


def _wanted(asked: Recipe, ticket: Path | None, data: Mapping[str, Any]) -> Recipe:
    """Return the recipe that a cell asks for, its data and the data of its ticket among it."""
    if asked.control is None or ticket is None:
        return replace(asked, **data)
    source = read_recipe(ticket)
    of = replace(
        asked.control,
        source_data_name=source.data_name,
        source_data_fingerprint=source.data_fingerprint,
    )
    return replace(source, **data, control=of)


def copy_run(source: Path, target: Path) -> bool:
    """Copy a finished run; return whether it was done, or another process was at the target.

    Raises:
        OSError: it cannot be copied; nothing is left of it.
        ValueError: a link in it leads out of it.
    """
    require_plain(source)
    partial = target.parent / _WORKPLACE / target.name
    shutil.rmtree(partial, ignore_errors=True)
    try:
        shutil.copytree(source, partial, ignore=_LEFT_OUT, copy_function=_copier(source))
        write_json(partial / NOTE, {"path": str(source.resolve())})
        if target.exists():
            return False
        sync_all(partial)
        partial.rename(target)
        sync(target.parent)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return True


def taken_over(folder: Path) -> int:
    """Return how many of the runs in a folder were taken over."""
    return len(list(folder.glob(f"*/{NOTE}")))


def _copier(run: Path) -> Callable[[str, str], None]:
    """Return what puts a file of a run at a second place."""

    def copy(source: str, target: str) -> None:
        if _ARRAYS.fullmatch(Path(source).relative_to(run).as_posix()):
            try:
                os.link(source, target)
                return
            except OSError:  # another disk, or a file system without such links
                pass
        shutil.copy2(source, target)

    return copy


def _alone(workplace: Path) -> int:
    """Return the lock of a workplace, when no other process has it."""
    workplace.mkdir(parents=True, exist_ok=True)
    while True:
        try:
            return lock(workplace / "lock")
        except BlockingIOError:
            time.sleep(WAIT_SECONDS)
