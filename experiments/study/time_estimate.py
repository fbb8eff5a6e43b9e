"""How long the cells of a study that are left will train, by steps timed on this machine."""

from rich.console import Console

from experiments.one_run.data import open_data
from experiments.one_run.dataset_option import default_data_dir
from experiments.one_run.estimate import duration, time_steps
from experiments.one_run.experiment import make_budget
from experiments.options.study import Study
from experiments.study.cells import Cell, is_done
from experiments.study.plan import config_of
from jaxticket.models import build
from jaxticket.text import count_text


def show_plan(config: Study, cells: list[Cell], console: Console) -> None:
    """List the cells and say how long those that are left will train, about."""
    seconds: dict[tuple[str, str], float] = {}
    whole = 0.0
    for cell in cells:
        place = cell.model, cell.dataset
        if cell.levels and place not in seconds:
            seconds[place] = level_seconds(config, *place, console)
        done = is_done(cell, config.folder)
        estimate = 0.0 if done or not cell.levels else cell.levels * seconds[place]
        whole += estimate
        state = "done" if done else f"{estimate / 60:.1f} min" if cell.levels else "to evaluate"
        console.print(f"{state:>11}  {count_text(cell.levels, 'level'):>9}  {cell.name}")
    left = sum(not is_done(cell, config.folder) for cell in cells)
    console.print(
        f"{left} of {len(cells)} cells are left: about {duration(whole)} of training on this "
        "machine, evaluation and compilation apart"
    )


def level_seconds(config: Study, model: str, dataset: str, console: Console) -> float:
    """Return the seconds of one level's training steps, by the median of a few on noise."""
    options = config_of(config, model, dataset, seed=0)
    data_dir = options.data_dir or default_data_dir()
    data = open_data(dataset, None, data_dir, options.skip_limit, console)
    budget = make_budget(options, data)
    seconds, _, _ = time_steps(options, build(model), budget.steps)
    return seconds * budget.steps
