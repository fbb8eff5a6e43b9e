"""The paper's study, and what it lacks: seeds, intervals, controls, transfer with controls.

    python -m experiments.paper --dry_run
    python -m experiments.paper

2507.15636 prunes MesoNet, CNN-5, ResNet-18 and Xception on two data sets, once each. This trains
every cell of models x data sets x methods x sparsities x seeds that is not done yet (the dense
network of each only once), the controls of the tickets and their transfer, evaluates them on
corrupted pictures, and writes tables, figures and every verdict with its numbers into the study's
folder. The same command again goes on; several may run side by side (see experiments.sweep).
"""

import statistics
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import jax
import numpy as np
from rich.console import Console

from experiments.agreement import refuse_others
from experiments.cells import Cell, is_done, refuse_data, work
from experiments.findings import find
from experiments.one_run.data import open_data
from experiments.one_run.dataset_option import default_data_dir
from experiments.one_run.experiment import make_budget
from experiments.one_run.page import write_report_page
from experiments.paper_tables import write_tables
from experiments.study import Study, check, config_of, plan
from experiments.terminal.compilation_cache import keep_programs
from experiments.terminal.console import make_console
from experiments.terminal.options import parse
from experiments.terminal.program import run
from jaxticket.masks import full
from jaxticket.models import build
from jaxticket.training import create_state, make_learning_rate, make_optimizer, make_step

TIMED_STEPS = 5


@dataclass(frozen=True)
class Config(Study):
    """Train what is missing of the study, and write what all of it shows."""

    dry_run: bool = False
    """Only list the cells and estimate the time, from training steps timed on this machine."""
    report_only: bool = False
    """Train nothing: write the tables of what is done."""


def main(config: Config, console: Console) -> Path:
    """Run the study and return its folder.

    Raises:
        ValueError: an option is wrong, the folder holds runs of other options, nothing is done
            yet, or cells failed (what the others show is written).
    """
    check(config)
    cells = plan(config)
    refuse_others(cells, config.folder)
    if config.dry_run:
        show_plan(config, cells, console)
        return config.out
    failed: dict[str, str] = {}
    if not config.report_only:
        refuse_data(cells, config.folder, console)
        failed = work(cells, config.folder, console)
        refuse_others(cells, config.folder)  # another process may have trained some meanwhile
    findings = find(config)
    if not findings:
        raise ValueError(f"no cell of {config.folder} is done yet, so there is nothing to show")
    done = sum(is_done(cell, config.folder) for cell in cells)
    written = write_tables(config, findings, done, len(cells), failed)
    for name, why in failed.items():
        console.print(f"error: {name}: {why}", style="bold red")
    page = write_report_page([config.out])
    console.print(f"{done} of {len(cells)} cells are done; results {written}, page {page}")
    if failed:
        raise ValueError(f"{len(failed)} of {len(cells)} cells failed: {', '.join(failed)}")
    return config.out


def show_plan(config: Config, cells: list[Cell], console: Console) -> None:
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
        console.print(f"{state:>11}  {cell.levels:2d} levels  {cell.name}")
    left = sum(not is_done(cell, config.folder) for cell in cells)
    console.print(
        f"{left} of {len(cells)} cells are left: about {whole / 3600:.1f} hours of training on "
        "this machine, evaluation and compilation apart"
    )


def level_seconds(config: Study, model: str, dataset: str, console: Console) -> float:
    """Return the seconds of one level's training steps, by the median of a few on noise."""
    options = config_of(config, model, dataset, seed=0)
    data_dir = options.data_dir or default_data_dir()
    data = open_data(dataset, None, data_dir, options.skip_limit, console)
    budget = make_budget(options, data)
    detector, optimizer = build(model), make_optimizer(options.optimizer)
    params, batch_stats = detector.init(jax.random.key(0), options.image_size)
    rate = make_learning_rate(options.schedule, options.learning_rate, budget.steps)
    step = make_step(detector, optimizer, rate, options.augmentation)
    state, masks = create_state(params, batch_stats, optimizer, seed=0), full(params)
    size, count = options.image_size, budget.batch_size
    batch = {
        "image": np.zeros((count, size, size, 3), np.uint8),
        "label": np.arange(count, dtype=np.int32) % 2,
        "weight": np.ones(count, np.float32),
    }
    times = []
    for _ in range(1 + TIMED_STEPS):
        start = time.perf_counter()
        state, metrics = step(state, masks, batch)
        jax.block_until_ready(metrics)
        times.append(time.perf_counter() - start)
    return statistics.median(times[1:]) * budget.steps


def entry() -> None:
    """Read argv and run."""
    config = parse(Config, None, sys.argv[1:])
    keep_programs()
    run(lambda: main(config, make_console()))


if __name__ == "__main__":
    entry()
