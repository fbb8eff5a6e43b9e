"""Does this detector contain a winning ticket? Iterative magnitude pruning, end to end.

Frankle and Carbin 2019 (1803.03635), applied to deepfake detectors as in 2507.15636. Trains the
dense network, then prunes, rewinds and trains again, level by level, and leaves a run folder with
every level's checkpoint, predictions and figures, a plot, a report and the ticket. The same
command again goes on where it stopped.

    python -m experiments.imp --model=resnet18

With --controls and --seeds it trains what an answer needs: other seeds, and for each ticket what it
has to beat (`experiments.cells.family`).

Without --dataset=PICTURES it runs on the embedded synthetic set, which is rendered and prepared on
first use. With the default preset a ResNet-18 takes about 9 minutes on two CPU cores for eight
levels, 0% to 79.0% pruned.
"""

from experiments.terminal.start import start

if __name__ == "__main__":
    start("imp")  # here, since help needs no more imports

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import MappingProxyType

from rich.console import Console

from experiments import control
from experiments.attention.look import look_after_run
from experiments.cells.cell import Cell
from experiments.cells.estimate import show_family
from experiments.cells.family import check_family, plan_family, seeds_of
from experiments.cells.measured import Load, choose
from experiments.cells.places import places
from experiments.cells.side_by_side import train_all
from experiments.cells.splitting import ENVIRONMENT, choose_split
from experiments.cells.take_over import take_over
from experiments.cells.team import Train
from experiments.cells.together import train_together
from experiments.cells.work import refuse_failures
from experiments.one_run.batches import batch_notes
from experiments.one_run.data import Data, open_data
from experiments.one_run.dataset_option import default_data_dir
from experiments.one_run.dry_run import show_estimate
from experiments.one_run.experiment import assemble, beginning, compile_ahead, make_budget
from experiments.one_run.mirror import open_run
from experiments.one_run.own_data import notes_of, remember_sets, run_folder
from experiments.one_run.page import refresh, refresh_alone
from experiments.one_run.placing import Placing, place, placing_of
from experiments.one_run.recipe import check, check_dense, resolve, warnings
from experiments.one_run.shared import Shared, execute, split
from experiments.options.imp import Config
from experiments.terminal.console import levels_table, show_headline
from experiments.terminal.program import deferring
from jaxticket.lottery import finish, ticket_turns
from jaxticket.models import build
from jaxticket.parallel import hosts
from jaxticket.pruning import level_parts
from jaxticket.runs import Clock, describe_environment, read_run
from jaxticket.runs.attention import read_looks, saliency_folder
from jaxticket.text import count_text
from jaxticket.training import Turns, finished


def main(config: Config, console: Console, started: float | None = None) -> Path | None:
    """Run iterative magnitude pruning and return the run folder; None after a dry run.

    With several seeds or controls it is the folder of the first seed's run.

    Args:
        config: the options.
        console: shows the progress.
        started: when the command began, of `time.perf_counter()`; None for now.

    Raises:
        ValueError: an option or the data are wrong, or a training failed; the message says which.
        Killed: the process of a training was ended.
    """
    check_family(config)
    if config.controls or config.seeds is not None:
        return _family(config, console)
    return _run(config, console, started)


def _family(config: Config, console: Console) -> Path | None:
    """Train the runs of all seeds and their controls, and write their pages with all of it."""
    for seed in seeds_of(config):
        check(replace(config, seed=seed))
    if config.dry_run:
        show_family(config, console)
        return None
    asked = places(config.workers) if config.workers is not None else None
    data = _open(config, console)
    steps = make_budget(config, data).steps
    family = plan_family(config, data)

    if hosts.first():
        take_over(family.cells, family.folder, family.beside, lambda _: data.identity(), console)
    where = family.cells, family.folder, console
    if config.together > 1 or not hosts.alone():
        failed = train_together(*where, partial(_begin, data), config.together)
    else:
        load = Load(replace(config, init_from=None), steps)
        own = asked or choose(*where, lambda _: load)
        failed = train_all(*where, partial(_trainer, data), own)
    for ticket in family.tickets if hosts.first() else ():
        if (ticket / "summary.json").is_file():
            with suppress(BlockingIOError):  # another process of the same command writes it
                console.print(f"page {refresh_alone(ticket)}")
    lines = "; ".join(f"{name}: {why}" for name, why in failed.items())
    refuse_failures(failed, f"{len(failed)} of {len(family.cells)} trainings failed: {lines}")
    console.print(f"{count_text(len(family.cells), 'training')} done in {family.folder}")
    show_headline(read_run(family.tickets[0]), console)
    return family.tickets[0]


def _trainer(data: Data, _: Console) -> Train:
    """Return what trains a member of a family on data that are open."""

    def train(cell: Cell, console: Console) -> None:
        if cell.command == "control":
            control.main(cell.config, console, data=data, among_others=True)
        else:
            _run(cell.config, console, data=data, among_others=True)

    return train


def _begin(data: Data, cell: Cell, console: Console, shared: Shared | None) -> Turns[Path | None]:
    """Begin to train a member of a family on data that are open, in turns with others."""
    command = control.turns if cell.command == "control" else turns
    return command(cell.config, console, None, data, shared, among_others=True)


def _open(config: Config, console: Console) -> Data:
    """Open the data of a run, as its detector sees them."""
    data_dir = config.data_dir or default_data_dir()
    data = open_data(
        config.dataset, config.mixture, data_dir, config.skip_limit, console, config.methods
    )
    return data.by_method() if config.task == "method" else data


def _run(
    config: Config,
    console: Console,
    started: float | None = None,
    data: Data | None = None,
    *,
    among_others: bool = False,
) -> Path | None:
    """Do what `turns` does, with no other training between."""
    number, why = 1 if config.dry_run else config.split_batch, "as asked"
    if number == "auto":
        data = data or _open(config, console)
        number, why = _split_of(config, data, console)
    shared = split(number, config.batch_size)
    noted = {} if config.split_batch == 1 else {ENVIRONMENT: why}
    all_turns = turns(
        config, console, started, data, shared, noted=noted, among_others=among_others
    )
    return finished(all_turns, shared.dispatch) if shared else finished(all_turns)


def _split_of(config: Config, data: Data, console: Console) -> tuple[int, str]:
    """Return over how many cores a run splits its batches, and why; no device is in use yet."""
    run = config.run_dir or run_folder("imp", resolve(config, data))
    load = Load(replace(config, init_from=None), make_budget(config, data).steps)
    levels = sum(level_parts(config)[config.dense is not None :])
    return choose_split(load, levels, run, console)


def turns(
    config: Config,
    console: Console,
    started: float | None = None,
    data: Data | None = None,
    shared: Shared | None = None,
    *,
    noted: Mapping[str, str] = MappingProxyType({}),
    among_others: bool = False,
) -> Turns[Path | None]:
    """Train one run and return its folder, in turns with others; None after a dry run.

    Args:
        config, console, started: as for `main`.
        data: where they are open already; None to open what the options name.
        shared: the program that does its steps; None for one of its own on one device.
        noted: what environment.json is to say beside what it always does.
        among_others: whether others are read with it, whose headline comes in the end.
    """
    clock = Clock(started)
    clock.add("start", clock.elapsed())
    check(config)
    for warning in warnings(config):
        console.print(f"WARNING {warning}", style="bold yellow")
    if config.dry_run:
        show_estimate(config, console)
        return None
    with clock.measure("prepare"):
        data = data or _open(config, console)
    detector, budget = build(config.model, data.num_logits), make_budget(config, data)
    resolved = resolve(config, data)
    path = config.run_dir or run_folder("imp", resolved)
    with clock.measure("initialise"):
        fresh, notes = beginning(config, detector, path)
    if config.dense is not None:
        check_dense(config.dense, resolved)
    placing = placing_of(config, data, budget, path) if shared is None else Placing()
    environment = {**describe_environment(), **placing.described(), **noted}
    with open_run(path, resolved, environment) as kept:
        path = kept.path
        cards = notes_of(data.sets)
        batches = batch_notes(config, cards)
        moved = remember_sets(path, data.sets, notes, batches, cards)
        console.print(f"{'going on with' if kept.resumed else 'run folder'} {path}")
        for sentence in moved:
            console.print(sentence)
        for change in kept.environment_changes:
            console.print(f"WARNING changed since the run began: {change}")
        if unchecked := kept.unchecked():
            console.print(f"kept by an older version and unchecked: {', '.join(unchecked)}")
        with clock.measure("checkpoint"):
            if config.dense is not None:
                kept.take_over(config.dense)
                hosts.wait_for_all("the dense network is there")
            with deferring():
                init = kept.beginning(fresh)
            del fresh
        with clock.measure("load pictures"):
            experiment, size = assemble(config, data, detector, budget, init)
            experiment, trainer = place(experiment, placing)
        for note in [*notes, *batches, size, *placing.lines()]:
            console.print(note)
        done_before = kept.levels_done(len(experiment.sparsities))
        if done_before < len(experiment.sparsities) and shared is None:
            with clock.measure("compile"):
                compile_ahead(experiment, init, trainer)
            console.print(f"compiled in {clock.seconds['compile']:.0f} s")
        with execute(kept, experiment, console, clock, shared, trainer) as going:
            experiment, execution = going
            records = yield from ticket_turns(experiment, init, execution)
        if not hosts.first():
            return path
        nothing_done = done_before == len(records)
        time = (read_run(path).summary.get("time") if nothing_done else None) or clock.line()
        finish(experiment, records, execution, kept.recipe, time)
        named = [record for record in records if record.named]
        console.print(levels_table(named, f"{config.model} on {data.name}, test split"))
        console.print(time)
        if not nothing_done or not read_looks(saliency_folder(path)):
            look_after_run(path, data, experiment.test, experiment.validation, console)
        page = refresh(path)
        console.print(f"report {path / 'report.md'}, plot {path / 'accuracy.png'}")
        console.print(f"page {page}")
        if not among_others:
            show_headline(read_run(path), console)
    return path
