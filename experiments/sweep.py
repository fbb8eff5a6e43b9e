"""A study on a cluster: its cells as a list that any scheduler can run.

    python -m experiments.sweep --list                  every cell and its command
    python -m experiments.sweep --index=7               the eighth, and first what it needs
    python -m experiments.sweep                         all, beside others who do the same

The options of a study are those of experiments.paper. Cells are idempotent: what is done is not
done again, what was stopped goes on, and what another process is at is waited for. Slurm and
Kubernetes files that call this are in experiments/cluster.
"""

from experiments.terminal.start import start

if __name__ == "__main__":
    start("sweep")  # here, since help needs no more imports

from pathlib import Path

from rich.console import Console

from experiments.cells.cell import is_done, needed
from experiments.cells.work import refuse_failures
from experiments.options.sweep import Config
from experiments.study.plan import check, plan
from experiments.study.same_options import refuse_others
from experiments.study.work import train_missing


def main(config: Config, console: Console) -> Path:
    """Train cells, or list them; return the study's folder.

    Raises:
        ValueError: an option is wrong, the folder holds runs of other options, the index is none,
            or cells failed; names them.
        Killed: the process of a cell was ended.
    """
    check(config)
    cells = plan(config)
    refuse_others(cells, config.folder)
    if config.list:
        for index, cell in enumerate(cells):
            done = "done" if is_done(cell, config.folder) else "    "
            console.print(f"{index:4d} {done} {cell.line()}")
        return config.out
    if config.index is not None:
        if not 0 <= config.index < len(cells):
            raise ValueError(f"--index must lie in 0..{len(cells) - 1}, got {config.index}")
        cells = needed(cells, cells[config.index])
    cells, failed = train_missing(config, cells, console)
    lines = "; ".join(f"{name}: {why}" for name, why in failed.items())
    refuse_failures(failed, f"{len(failed)} of {len(cells)} cells failed: {lines}")
    console.print(f"{len(cells)} cells are done in {config.folder}")
    return config.out
