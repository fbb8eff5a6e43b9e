"""What the cells that are left will take, said without training or writing anything."""

from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console

from experiments.cells.cell import Cell, is_done
from experiments.cells.family import plan_family
from experiments.cells.take_over import to_take
from experiments.one_run.dataset_option import default_data_dir
from experiments.one_run.dry_run import open_for_estimate
from experiments.one_run.estimate import duration, estimate
from experiments.options.imp import Config
from jaxticket.models import build


def show_plan(
    cells: Sequence[Cell],
    folder: Path,
    console: Console,
    seconds: Callable[[Cell], float],
    taken: Collection[str] = (),
) -> None:
    """List cells and say how long those that are left will take, about.

    Args:
        cells: all of them.
        folder: of their run folders.
        console: takes the lines.
        seconds: of one full level of a cell.
        taken: names of those that will be taken over.
    """
    whole, left, most = 0.0, 0, False
    for cell in cells:
        done = is_done(cell, folder)
        left += not done
        there = done or cell.name in taken
        takes = 0.0 if there or not cell.levels else cell.levels * seconds(cell)
        whole += takes
        early = cell.stops_early and not there
        most = most or early
        state = f"{takes / 60:.1f} min" if cell.levels else "to evaluate"
        state = f"at most {state}" if early else state
        state = "done" if done else "taken over" if there else state
        called = f"  ({cell.called})" if cell.called else ""
        levels = f"{cell.levels:.3g} {'level' if cell.levels == 1 else 'levels'}"
        console.print(f"{state:>16}  {levels:>10}  {cell.name}{called}")
    console.print(
        f"{left} of {len(cells)} cells are left: {'at most' if most else 'about'} "
        f"{duration(whole)} of training on this machine, evaluation and compilation apart"
    )


def show_family(config: Config, console: Console) -> None:
    """Say what the runs of several seeds and their controls will take, about.

    A data set that is not prepared yet is prepared in a temporary folder, which goes again.

    Raises:
        ValueError, FileExistsError: as `plan_family`.
    """
    with TemporaryDirectory(prefix="jaxticket-") as spare:
        data_dir = config.data_dir or default_data_dir()
        data = open_for_estimate(config, data_dir, Path(spare), console)
        family = plan_family(config, data)
        taken = to_take(family.cells, family.folder, family.beside, lambda _: data.identity())
        one = estimate(config, data, build(config.model, data.num_logits))
    seconds = one.training * max(one.steps) / sum(one.steps)
    console.print(f"run folders in {family.folder}")
    show_plan(family.cells, family.folder, console, lambda _: seconds, taken)
    left = [cell for cell in family.cells if not is_done(cell, family.folder)]
    # Weights stand in a run's folder once a level, and a few times more.
    copies = sum(cell.levels + 6 for cell in left)
    console.print(f"memory: about {one.memory / 1e6:,.0f} MB beside the program itself")
    console.print(f"disk: about {one.disk * copies / (len(one.sparsities) + 6) / 1e6:,.0f} MB")
    console.print("nothing was trained, and nothing is written")
