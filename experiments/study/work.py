"""What the cells of a study are trained by, and the data that they cannot be trained on."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from rich.console import Console

from experiments import control, evaluate, imp
from experiments.cells import take_over as runs
from experiments.cells.cell import Cell, is_done
from experiments.cells.measured import Load, choose
from experiments.cells.places import places
from experiments.cells.side_by_side import train_all
from experiments.cells.team import Train
from experiments.one_run.data import Data, open_data
from experiments.one_run.dataset_option import default_data_dir
from experiments.one_run.experiment import make_budget
from experiments.one_run.finished_run import SKIP_LIMIT
from experiments.options.study import Study
from experiments.study.plan import config_of
from jaxticket.runs import read_recipe
from jaxticket.writing import make_folder


def train_missing(
    study: Study, cells: Sequence[Cell], console: Console
) -> tuple[list[Cell], dict[str, str]]:
    """Take over what the study names, and train what is missing then, with its workers.

    Returns:
        The cells, as of `take_over`; and name -> why, of those that failed.

    Raises:
        ValueError: the data or the number of workers are wrong.
        FileNotFoundError: as of `take_over`.
        OSError: the folder of the study cannot be made.
        KeyboardInterrupt: a signal came; the same command goes on.
    """
    make_folder(study.folder)
    asked = places(study.workers) if study.workers is not None else None
    refuse_data(cells, study.folder, console)
    cells = take_over(study, cells, console)
    own = asked or choose(cells, study.folder, console, load_of(study, console))
    return cells, train_all(cells, study.folder, console, trainer, own)


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


def identity_of(study: Study, console: Console) -> runs.Identity:
    """Return what says what the data of a cell are; each set is opened once."""

    @cache
    def identity(dataset: str) -> Mapping[str, Any]:
        data_dir = study.data_dir or default_data_dir()
        return open_data(dataset, None, data_dir, SKIP_LIMIT, console).identity()

    return lambda cell: identity(cell.dataset)


def take_over(study: Study, cells: Sequence[Cell], console: Console) -> list[Cell]:
    """Take over the finished runs that the study names, where cells ask for them.

    Returns:
        The cells; those of dense networks that are the level 0 of such a run begin with it.

    Raises:
        FileNotFoundError: what is named is no folder.
        ValueError: the data are wrong.
    """
    where = study.folder, study.take_over, identity_of(study, console)
    runs.take_over(cells, *where, console)
    begun = runs.with_dense(cells, *where)
    for cell, before in zip(begun, cells, strict=True):
        if cell is not before:
            console.print(f"taken over: {cell.name}, level 0 of {cell.config.dense}")
    return begun


def load_of(study: Study, console: Console) -> Callable[[Cell], Load]:
    """Return what says what a level of a cell takes; each set is opened once a model."""

    @cache
    def load(model: str, dataset: str) -> Load:
        options = config_of(study, model, dataset, seed=0)
        data_dir = options.data_dir or default_data_dir()
        data = open_data(dataset, None, data_dir, options.skip_limit, console)
        return Load(options, make_budget(options, data).steps)

    return lambda cell: load(cell.model, cell.dataset)


def trainer(_: Console) -> Train:
    """Return what trains or evaluates a cell."""
    return train


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
