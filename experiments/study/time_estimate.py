"""How long the cells of a study that are left will train, by steps timed on this machine."""

from rich.console import Console

from experiments.cells import estimate
from experiments.cells.cell import Cell
from experiments.cells.take_over import to_take
from experiments.one_run.data import open_data
from experiments.one_run.dataset_option import default_data_dir
from experiments.one_run.estimate import time_steps
from experiments.one_run.experiment import make_budget
from experiments.options.study import Study
from experiments.study.plan import config_of
from experiments.study.work import identity_of
from jaxticket.models import build


def show_plan(config: Study, cells: list[Cell], console: Console) -> None:
    """List the cells and say how long those that are left will train, about."""
    seconds: dict[tuple[str, str], float] = {}

    def of_level(cell: Cell) -> float:
        place = cell.model, cell.dataset
        if place not in seconds:
            seconds[place] = level_seconds(config, *place, console)
        return seconds[place]

    identity = identity_of(config, console)
    taken = to_take(cells, config.folder, config.take_over, identity)
    estimate.show_plan(cells, config.folder, console, of_level, taken)


def level_seconds(config: Study, model: str, dataset: str, console: Console) -> float:
    """Return the seconds of one level's training steps, by the median of a few on noise."""
    options = config_of(config, model, dataset, seed=0)
    data_dir = options.data_dir or default_data_dir()
    data = open_data(dataset, None, data_dir, options.skip_limit, console)
    budget = make_budget(options, data)
    seconds, _, _ = time_steps(options, build(model), budget.steps)
    return seconds * budget.steps
