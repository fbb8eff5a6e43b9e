"""The paper's study, and what it lacks: seeds, intervals, controls, transfer with controls.

    python -m experiments.paper --dry_run
    python -m experiments.paper

2507.15636 prunes MesoNet, CNN-5, ResNet-18 and Xception on two data sets, once each. This trains
every cell of models x data sets x methods x sparsities x seeds that is not done yet (the dense
network of each only once), the controls of the tickets and their transfer, evaluates them on
corrupted pictures, and writes tables, figures and every verdict with its numbers into the study's
folder. The same command again goes on; several may run side by side (see experiments.sweep).
"""

from experiments.terminal.start import start

if __name__ == "__main__":
    start("paper")  # here, since help needs no more imports

from pathlib import Path

from rich.console import Console

from experiments.cells.cell import is_done
from experiments.cells.work import refuse_failures
from experiments.one_run.page import write_report_page
from experiments.options.paper import Config
from experiments.study.findings import find
from experiments.study.pages.results import write_tables
from experiments.study.plan import check, plan
from experiments.study.same_options import refuse_others
from experiments.study.set_counts import count_older_runs
from experiments.study.time_estimate import show_plan
from experiments.study.work import train_missing
from jaxticket.report.page.reading import read_headlines


def main(config: Config, console: Console) -> Path:
    """Run the study and return its folder.

    Raises:
        ValueError: an option is wrong, the folder holds runs of other options, nothing is done
            yet, or cells failed (what the others show is written).
        Killed: the process of a cell was ended (likewise).
    """
    check(config)
    cells = plan(config)
    refuse_others(cells, config.folder)
    if config.dry_run:
        show_plan(config, cells, console)
        return config.out
    failed: dict[str, str] = {}
    if not config.report_only:
        cells, failed = train_missing(config, cells, console)
        refuse_others(cells, config.folder)  # another process may have trained some meanwhile
        count_older_runs(config)
    findings = find(config)
    text = f"{len(failed)} of {len(cells)} cells failed: {', '.join(failed)}"
    if not findings:
        refuse_failures(failed, text)
        others = len(list(config.folder.glob("*/summary.json")))
        raise ValueError(
            f"no cell of {config.folder} is done yet, so there is nothing to show"
            + (f"; {others} finished there are of a study with other options" if others else "")
        )
    done = sum(is_done(cell, config.folder) for cell in cells)
    written = write_tables(config, findings, done, len(cells), failed)
    for name, why in failed.items():
        console.print(f"error: {name}: {why}", style="bold red")
    page = write_report_page([config.out])
    console.print(f"{done} of {len(cells)} cells are done; results {written}, page {page}")
    for name, headline in read_headlines(config.out).items():
        console.print(f"{name}: {headline.sentence}", style="bold")
    refuse_failures(failed, text)
    return config.out
