"""The trainings of every road, each after those that it needs."""

import itertools
from collections.abc import Iterator
from dataclasses import replace

from experiments import control
from experiments.cells.cell import Cell
from experiments.costing.roads import CARRIED, FULL, LONG_DENSE, ROADS
from experiments.one_run.recipe import asked
from experiments.options.cost import Config
from experiments.options.imp import Config as ImpConfig
from experiments.study.plan import cell_name, config_of
from experiments.study.plan import check as check_study
from jaxticket.lottery import levels_of_steps
from jaxticket.pruning import level_parts, level_sparsities
from jaxticket.recipe import ControlOf


def check(config: Config) -> None:
    """Refuse what is wrong before anything is trained.

    Raises:
        ValueError: names the option and what it may be.
    """
    roads = config.roads
    if unknown := [name for name in roads if name not in ROADS]:
        raise ValueError(f"--roads: {', '.join(unknown)} unknown; use some of {', '.join(ROADS)}")
    if len(set(roads)) < len(roads) or FULL not in roads:
        raise ValueError(f"--roads must name each once, and {FULL}, which the others are held to")
    if CARRIED in roads and len(config.datasets) < 2:
        raise ValueError(
            f"--roads={CARRIED} needs a second data set, where masks were found: name two in "
            f"--datasets, or leave {CARRIED} out"
        )
    check_study(config.study)


def plan(config: Config) -> list[Cell]:
    """Return all trainings, each after those that it needs."""
    cells: list[Cell] = []
    for model, dataset, seed in itertools.product(config.models, config.datasets, config.seeds):
        for road in config.roads:
            cells += _cells(config, model, dataset, seed, road)
    return sorted(cells, key=lambda cell: len(cell.needs))


def run_of(model: str, dataset: str, seed: int, road: str, sparsity: float) -> str:
    """Return the name of the run folder in which a road's ticket of a sparsity lies."""
    own = [f"{sparsity:g}"] if road == CARRIED else []
    return cell_name(model, dataset, seed, road, *own)


def imp_config(config: Config, model: str, dataset: str, seed: int, road: str) -> ImpConfig:
    """Return the options of the run of a road that is one of experiments.imp."""
    options = replace(
        config_of(config.study, model, dataset, seed),
        sparsities=config.sparsities, **ROADS[road].options,
    )  # fmt: skip
    place = config.study.folder
    options = replace(options, run_dir=place / cell_name(model, dataset, seed, road))
    # A search that is shortened needs weights that the full one does not keep.
    if road == FULL or options.search != "full":
        return options
    return replace(options, dense=place / cell_name(model, dataset, seed, FULL))


def _cells(config: Config, model: str, dataset: str, seed: int, road: str) -> Iterator[Cell]:
    """Yield the trainings of one road, model, data set and seed."""
    if road == LONG_DENSE:
        last = config.sparsities[-1]
        yield _control(config, model, dataset, seed, road, dataset, last, LONG_DENSE)
    elif road == CARRIED:
        # Found on the next of the data sets.
        source = config.datasets[(config.datasets.index(dataset) + 1) % len(config.datasets)]
        for sparsity in config.sparsities:
            yield _control(config, model, dataset, seed, road, source, sparsity, "ticket")
    else:
        options = imp_config(config, model, dataset, seed, road)
        needs = () if options.dense is None else (options.dense.name,)
        count = sum(level_parts(options)[len(needs) :])
        name = cell_name(model, dataset, seed, road)
        yield Cell(name, "imp", options, needs, count, model, dataset, asked=asked(options))


def _control(
    config: Config, model: str, dataset: str, seed: int, road: str, source: str, sparsity: float,
    kind: str,
) -> Cell:  # fmt: skip
    """Return the training of a control of the full road's ticket that was found on `source`."""
    full = imp_config(config, model, source, seed, FULL)
    level = level_sparsities(full).index(sparsity)
    name = run_of(model, dataset, seed, road, sparsity)
    options = control.Config(
        run=config.study.folder / cell_name(model, source, seed, FULL), level=level, control=kind,
        dataset=dataset, data_dir=config.data_dir, run_dir=config.study.folder / name,
    )  # fmt: skip
    recipe = replace(asked(full), control=ControlOf(kind=kind, level=level))
    count = levels_of_steps(kind, level, full)
    needs = (options.run.name,)
    return Cell(name, "control", options, needs, count, model, dataset, asked=recipe)
