"""What does a ticket cost? Roads to one, beside full iterative magnitude pruning.

    python -m experiments.cost --dry_run
    python -m experiments.cost --models=cnn5 --datasets=synthetic_ff,PICTURES --take_over=runs

IMP trains every round in full, which is the limit that 2507.15636 names itself. This trains, for
models x data sets x seeds, every road of `experiments.costing.roads`: masks drawn after a part of a
round or once they have settled (You et al. 2020, 1909.11957), larger rounds, one shot, SNIP,
SynFlow, a mask from elsewhere, and the dense network with all the steps. It writes what each took
and gave into the folder: cost.md, cost.json and plots, with the cheapest road that is not shown to
be worse. The same command again goes on.
"""

from experiments.terminal.start import start

if __name__ == "__main__":
    start("cost")  # here, since help needs no more imports

from pathlib import Path

from rich.console import Console

from experiments.cells.cell import is_done
from experiments.cells.work import refuse_failures
from experiments.costing.findings import find
from experiments.costing.pages import by_place, write
from experiments.costing.plan import check, plan
from experiments.costing.sentences import sentence
from experiments.options.cost import Config
from experiments.study.same_options import refuse_others
from experiments.study.time_estimate import show_plan
from experiments.study.work import train_missing


def main(config: Config, console: Console) -> Path:
    """Train what is missing, write what all of it shows, and return the folder.

    Raises:
        ValueError: an option is wrong, the folder holds runs of other options, full IMP is not done
            yet, or trainings failed (what the others show is written).
        Killed: the process of a training was ended (likewise).
    """
    check(config)
    cells, study = plan(config), config.study
    refuse_others(cells, study.folder)
    if config.dry_run:
        show_plan(study, cells, console)
        return config.out
    failed: dict[str, str] = {}
    if not config.report_only:
        cells, failed = train_missing(study, cells, console)
        refuse_others(cells, study.folder)  # another process may have trained some meanwhile
    rows = find(config)
    for name, why in failed.items():
        console.print(f"error: {name}: {why}", style="bold red")
    text = f"{len(failed)} of {len(cells)} trainings failed: {', '.join(failed)}"
    if not rows:
        refuse_failures(failed, text)
        raise ValueError(
            f"full IMP is not done for any model, data set and seed of {study.folder}: there is "
            "nothing to hold other roads to"
        )
    done = sum(is_done(cell, study.folder) for cell in cells)
    page = write(config, rows, done, len(cells))
    console.print(f"{done} of {len(cells)} trainings are done; {page}")
    for group in by_place(rows):
        console.print(sentence(group), style="bold")
    refuse_failures(failed, text)
    return config.out
