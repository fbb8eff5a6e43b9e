"""Is it this sparse network, or would any do? Trains a ticket's control, or the ticket elsewhere.

    python -m experiments.control --run=runs/imp_... --level=5 --control=random_global

Everything is as in the ticket's run: seed, level, budget, data order, augmentation, rewinding. The
control differs from the ticket in the one thing that its name says (`jaxticket.lottery.controls`).
With --dataset=OTHER the ticket, or a control of it, is trained on another data set from the same
beginning: what transfers is the mask. Leaves a run folder with the one level, and writes the
report and the page of the ticket's run again, which show the controls that lie beside it.
"""

from experiments.terminal.start import start

if __name__ == "__main__":
    start("control")  # here, since help needs no more imports

import os
from dataclasses import replace
from pathlib import Path

from rich.console import Console

from experiments.one_run.data import Data
from experiments.one_run.experiment import (
    assemble,
    beginning,
    compile_ahead,
    make_budget,
    size_line,
)
from experiments.one_run.finished_run import config_of, data_of
from experiments.one_run.mirror import open_run
from experiments.one_run.own_data import remember_sets, run_folder
from experiments.one_run.page import refresh_alone
from experiments.one_run.placing import Placing, place, placing_of
from experiments.one_run.shared import Shared, execute
from experiments.options.control import Config
from experiments.terminal.console import levels_table, show_headline
from jaxticket import masks as masks_lib
from jaxticket.doors import is_own
from jaxticket.lottery import (
    DENSE_CONTROLS,
    Experiment,
    Ticket,
    check_control,
    control_of,
    finish,
    read_ticket,
    retrain_turns,
)
from jaxticket.models import build
from jaxticket.parallel import hosts
from jaxticket.recipe import ControlOf, Recipe
from jaxticket.runs import Clock, RunRecord, describe_environment, read_run
from jaxticket.runs.controls import LONG_DENSE
from jaxticket.training import Turns, finished


def main(
    config: Config,
    console: Console,
    started: float | None = None,
    data: Data | None = None,
    *,
    among_others: bool = False,
) -> Path:
    """Do what `turns` does, with no other training between."""
    shared = None if hosts.alone() else Shared(1)
    all_turns = turns(config, console, started, data, shared, among_others=among_others)
    return finished(all_turns, shared.dispatch) if shared else finished(all_turns)


def turns(
    config: Config,
    console: Console,
    started: float | None = None,
    data: Data | None = None,
    shared: Shared | None = None,
    *,
    among_others: bool = False,
) -> Turns[Path]:
    """Train the control and return its run folder, in turns with others.

    Args:
        config: the options.
        console: shows the progress.
        started: when the command began, of `time.perf_counter()`; None for now.
        data: the ticket's own, where they are open already; None to open what is named.
        shared: the program that does its steps; None for one of its own on one device.
        among_others: whether others of the same ticket follow, and then its headline.

    Raises:
        ValueError: the ticket has no controls, its run has not come to the level, or the data are
            wrong.
        FileNotFoundError: no such run or level.
    """
    check_control(config.control, DENSE_CONTROLS)
    clock = Clock(started)
    clock.add("start", clock.elapsed())
    source = read_run(config.run)
    if not source.summary and config.level not in (record.level for record in source.levels):
        raise ValueError(
            f"{source.path} has not ended, and level {config.level} is not done: give the command "
            "that made it again"
        )
    ticket_config = config_of(source, config.dataset, config.data_dir)
    with clock.measure("prepare"):
        if data is None:
            data = data_of(source, config.dataset, ticket_config, console)
    if config.control == LONG_DENSE and data.fingerprint != source.recipe.data_fingerprint:
        raise ValueError(
            f"--control={LONG_DENSE} spends the steps of the ticket's search on the ticket's own "
            "data: leave --dataset out"
        )
    detector = build(ticket_config.model, data.num_logits)
    budget = make_budget(ticket_config, data)
    fresh, _ = beginning(ticket_config, detector)
    with clock.measure("load pictures"):
        experiment, size = assemble(ticket_config, data, detector, budget, fresh)
    ticket = read_ticket(config.run, experiment, config.level)
    if config.level in experiment.passing:
        raise ValueError(
            f"level {config.level} of {config.run} only leads to the next one: it has no "
            "figures to compare with"
        )
    resolved = resolve(config, source, data, ticket, experiment)
    kind = config.control
    if kind in DENSE_CONTROLS:
        experiment, ticket = DENSE_CONTROLS[kind](ticket_config, experiment, ticket, config.run)
        kind, size = "ticket", size_line(experiment, ticket.init)
    if is_own(kind):
        control_of(experiment, kind, ticket)  # refused before there is a folder
    beside = Path(os.path.relpath(config.run.resolve().parent))  # where the ticket's page looks
    path = config.run_dir or run_folder(config.control, resolved, beside)
    placing = (
        placing_of(ticket_config, data, budget, path, config.run) if shared is None else Placing()
    )
    with open_run(path, resolved, {**describe_environment(), **placing.described()}) as kept:
        path = kept.path
        moved = remember_sets(path, data.sets)
        console.print(f"{'going on with' if kept.resumed else 'run folder'} {path}")
        for sentence in moved:
            console.print(sentence)
        with clock.measure("load pictures"):
            experiment, trainer = place(experiment, placing)
        for note in [size, *placing.lines()]:
            console.print(note)
        if not kept.has(config.level) and shared is None:
            with clock.measure("compile"):
                compile_ahead(experiment, ticket.init, trainer)
        with execute(kept, experiment, console, clock, shared, trainer) as going:
            experiment, execution = going
            record = yield from retrain_turns(experiment, kind, ticket, execution)
        if not hosts.first():
            return path
        finish(experiment, [record], execution, kept.recipe)
        title = f"{config.control} of {config.run.name}, on {data.name}, test split"
        console.print(levels_table([record], title))
    try:
        page = refresh_alone(config.run)
        console.print(f"page of the ticket, with this control where it lies beside it: {page}")
        if not among_others:
            show_headline(read_run(config.run), console)
    except (OSError, ValueError) as error:  # the control is done: no reason to fail
        console.print(f"the page of {config.run} stays as it was: {error}")
    return path


def resolve(
    config: Config, source: RunRecord, data: Data, ticket: Ticket, experiment: Experiment
) -> Recipe:
    """Return the recipe of the control: that of the ticket's run, and what is another."""
    return replace(
        source.recipe,
        **data.identity(),
        control=ControlOf(
            kind=config.control,
            level=config.level,
            ticket_masks=masks_lib.digest(ticket.masks, experiment.prunable),
            source_data_name=source.recipe.data_name,
            source_data_fingerprint=source.recipe.data_fingerprint,
        ),
    )
