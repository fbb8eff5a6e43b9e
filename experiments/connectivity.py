"""Do two trainings of one ticket, under two data orders, end in one valley?

Linear mode connectivity (Frankle et al. 2020, 1912.05671): from the point that a level of a run of
experiments.imp was rewound to, the same masked network is trained again under another data order,
augmentation and dropout, everything else alike. Between the ticket and its twin the weights are
interpolated, batch statistics estimated anew at every place, and the error followed.

    python -m experiments.connectivity --run=runs/imp_... --levels=0,3,5

Leaves a run folder with a run for each twin (twin_1/, ...), the logits on every line (line_.../),
curve.csv, summary.json and connectivity.png. The same command again goes on where it stopped.
"""

from experiments.terminal.start import start

if __name__ == "__main__":
    start("connectivity")  # here, since help needs no more imports

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from experiments import STARTED
from experiments.one_run import finished_run
from experiments.one_run.data import Data
from experiments.one_run.experiment import assemble, beginning, compile_ahead, make_budget
from experiments.options.connectivity import Config
from experiments.terminal.console import Terminal
from experiments.terminal.program import stop_on_signals
from jaxticket import masks as masks_lib
from jaxticket.connectivity.barriers import CURVE_COLUMNS, STABLE, barriers, curves
from jaxticket.connectivity.line import alphas, logits_on_line, splits_of, twin
from jaxticket.lottery import (
    Callbacks,
    Execution,
    Experiment,
    Stopped,
    Ticket,
    read_ticket,
    retrain,
)
from jaxticket.models import build
from jaxticket.recipe import Recipe, TwinsOf, of_twin, run_name
from jaxticket.report.connectivity_plot import error_between_trainings
from jaxticket.runs import Clock, Run, RunRecord, describe_environment, read_level, read_run
from jaxticket.runs.files import write_csv, write_json
from jaxticket.runs.levels import is_finished
from jaxticket.text import count_text, interval_text
from jaxticket.training.batch_statistics import BatchMoments, make_batch_moments
from jaxticket.trees import Tree


def main(config: Config, console: Console) -> Path:
    """Train the twins, follow the lines, and return the run folder.

    Raises:
        ValueError: an option or the data are wrong, or the run rewound to no fixed point.
        FileNotFoundError: no such run or level.
    """
    clock = Clock(STARTED)
    clock.add("start", clock.elapsed())
    source = read_run(config.run)
    levels = check(config, source)
    ticket_config = finished_run.config_of(source, config.dataset, config.data_dir)
    with clock.measure("prepare"):
        data = finished_run.data_of(source, config.dataset, ticket_config, console)
    refuse_other_data(source, data)
    detector = build(ticket_config.model, data.num_logits)
    budget = make_budget(ticket_config, data)
    fresh, _ = beginning(ticket_config, detector)
    with clock.measure("load pictures"):
        experiment, size = assemble(ticket_config, data, detector, budget, fresh)
    tickets = [read_ticket(config.run, experiment, level) for level in levels]
    resolved = resolve(config, source, data, tickets, experiment)
    path = config.run_dir or Path("runs") / run_name("connectivity", resolved)
    with Run(path, resolved, describe_environment()) as kept:
        console.print(f"{'going on with' if kept.resumed else 'run folder'} {path}")
        console.print(size)
        wanted = [(folder(path, pair), level) for pair in pairs(config) for level in levels]
        if not all(is_finished(path, level) for path, level in wanted):
            with clock.measure("compile"):
                compile_ahead(experiment, fresh)
        with stop_on_signals(), Terminal(console, clock.start) as terminal:
            lines = follow(config, experiment, tickets, resolved, kept, terminal, clock)
        with clock.measure("statistics"):
            rows, summaries = judge(experiment, tickets, lines)
        where = f"{source.recipe.model} on {data.name}, rewind {source.recipe.rewind}"
        write(config, path, rows, summaries, resolved, clock.line())
        draw(config, path, rows, summaries, resolved, experiment, where)
        console.print(table(summaries, f"error barriers of {where}"))
        console.print(clock.line())
        console.print(f"curve {path / 'curve.csv'}, plot {path / 'connectivity.png'}")
    return path


def check(config: Config, source: RunRecord) -> tuple[int, ...]:
    """Refuse wrong options before any work; return the levels.

    Raises:
        ValueError: names the option.
    """
    alphas(config.points)
    for name in ("pairs", "batches"):
        if getattr(config, name) < 1:
            raise ValueError(f"--{name} must be 1 or more, got {getattr(config, name)}")
    levels = config.levels
    if levels is None:
        levels = tuple(record.level for record in source.levels)
    if not levels or list(levels) != sorted(set(levels)) or levels[0] < 0:
        raise ValueError(f"--levels must be increasing numbers of levels of {source.path}")
    return levels


def pairs(config: Config) -> range:
    """Return the numbers of the twins, from 1: 0 is the ticket itself."""
    return range(1, config.pairs + 1)


def folder(path: Path, pair: int) -> Path:
    """Return the run folder of a twin."""
    return path / f"twin_{pair}"


def refuse_other_data(source: RunRecord, data: Data) -> None:
    """Refuse data on which the run's tickets were not trained.

    Raises:
        ValueError: names both.
    """
    if data.fingerprint != source.recipe.data_fingerprint:
        raise ValueError(
            f"{source.path} was trained on {source.recipe.data_name}, and --dataset is "
            f"{data.name} of other content: both trainings of a pair need the same data"
        )


def resolve(
    config: Config, source: RunRecord, data: Data, tickets: list[Ticket], experiment: Experiment
) -> Recipe:
    """Return the recipe of the twins; it stays the same when more pairs are asked for."""
    return replace(
        source.recipe,
        **data.identity(),
        twins=TwinsOf(
            levels=tuple(ticket.level for ticket in tickets),
            ticket_masks=tuple(
                masks_lib.digest(ticket.masks, experiment.prunable) for ticket in tickets
            ),
            points=config.points,
            batches=config.batches,
        ),
    )


Lines = dict[int, list[Tree]]
"""By level, the logits of every pair, `{split: float32 [points, N, C]}`."""


def follow(
    config: Config,
    e: Experiment,
    tickets: list[Ticket],
    resolved: Recipe,
    kept: Run,
    callbacks: Callbacks,
    clock: Clock,
) -> Lines:
    """Train the twins that are missing, and return the logits on every line.

    Raises:
        NonFiniteLoss, Stopped, InvariantViolation: as `find_ticket`.
    """
    lines: Lines = {ticket.level: [] for ticket in tickets}
    batch_moments, environment = make_batch_moments(e.detector), describe_environment()
    for pair in pairs(config):
        with (
            Run(folder(kept.path, pair), of_twin(resolved, pair), environment) as twins,
            Execution(twins, e.budget.steps, callbacks, clock) as execution,
        ):
            for ticket in tickets:
                level = ticket.level
                retrain(twin(e, level, pair), "ticket", ticket, execution)
                if callbacks.stop_requested():
                    raise Stopped(f"stopped before the line of level {level} and twin {pair}")
                with clock.measure("evaluate"):
                    line = one_line(config, e, ticket, pair, twins, kept, batch_moments)
                lines[level].append(line)
    return lines


def one_line(
    config: Config,
    e: Experiment,
    ticket: Ticket,
    pair: int,
    twins: Run,
    kept: Run,
    batch_moments: BatchMoments,
) -> Tree:
    """Return the logits between a ticket and its twin, computed unless the run folder has them."""

    def make() -> Tree:
        level = ticket.level
        ends = read_level(config.run, level), twins.restore_level(level, ticket.init)
        return logits_on_line(e, batch_moments, ends, config.points, config.batches)

    shapes = {
        split: np.zeros((config.points, len(examples), e.detector.num_logits), np.float32)
        for split, examples in splits_of(e).items()
    }
    return kept.saved(f"line_level_{ticket.level:02d}_twin_{pair}", shapes, make)


def judge(
    e: Experiment, tickets: list[Ticket], lines: Lines
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return the rows of curve.csv, and what summary.json says of each level."""
    rows, summaries, examples = [], [], splits_of(e)
    for ticket in tickets:
        level, sparsity = ticket.level, masks_lib.sparsity(ticket.masks, e.prunable)
        logits = {split: [np.asarray(line[split]) for line in lines[level]] for split in examples}
        rows += [
            {"level": level, "sparsity": sparsity} | row
            for split, part in examples.items()
            for row in curves(split, part.labels, logits[split])
        ]
        summaries.append({"level": level, "sparsity": sparsity} | barriers(examples, logits))
    return rows, summaries


def write(
    config: Config,
    path: Path,
    rows: list[dict[str, Any]],
    summaries: list[dict[str, Any]],
    resolved: Recipe,
    time: str,
) -> None:
    """Write curve.csv and summary.json."""
    write_csv(path / "curve.csv", rows, CURVE_COLUMNS)
    write_json(path / "summary.json", {
        "rule": "stable or unstable where the 95% interval of the test error barrier, over groups, "
                f"lies below or above {STABLE}, else unclear",
        "rewind": resolved.rewind,
        "pairs": config.pairs,
        "points": config.points,
        "seeds": 1,
        "synthetic": resolved.synthetic,
        "time": time,
        "levels": summaries,
    })  # fmt: skip


def draw(
    config: Config,
    path: Path,
    rows: list[dict[str, Any]],
    summaries: list[dict[str, Any]],
    resolved: Recipe,
    e: Experiment,
    where: str,
) -> None:
    """Draw connectivity.png."""
    synthetic = " (synthetic data)" if resolved.synthetic else ""
    error_between_trainings(
        rows,
        {level["level"]: level["barrier"]["test"] for level in summaries},
        path / "connectivity.png",
        f"{where}{synthetic}: weights between trainings under two data orders\n"
        f"n = {count_text(len(e.test), 'test picture')} in "
        f"{count_text(len(set(e.test.groups)), 'group')}, "
        f"{count_text(len(e.train), 'training picture')}; "
        f"1 seed, pairs of trainings: {config.pairs}",
    )


def table(summaries: list[dict[str, Any]], title: str) -> Table:
    """Return the table of the barriers, in points; brackets are 95% intervals over groups."""
    made = Table(title=title)
    heads = ("level", "sparsity", "test barrier [95%]", "by pair", "validation", "train", "verdict")
    for head in heads:
        made.add_column(head, justify="right")
    for level in summaries:
        ends = level["barrier"]["test"], *level["test_interval"]
        by_pair = level["barrier_by_pair"]["test"]
        made.add_row(
            str(level["level"]), f"{level['sparsity']:.1%}",
            interval_text(*(100 * end for end in ends), digits=1),
            " to ".join(f"{100 * end:.1f}" for end in sorted({min(by_pair), max(by_pair)})),
            *(f"{100 * level['barrier'][split]:.1f}" for split in ("validation", "train")),
            level["verdict"],
        )  # fmt: skip
    return made
