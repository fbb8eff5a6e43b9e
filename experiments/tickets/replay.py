"""A ticket trained again from its rewind point: does it become what its file says?"""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from experiments.one_run.data import Data
from experiments.one_run.experiment import assemble, compile_ahead, make_budget
from experiments.one_run.finished_run import config_of, data_of
from experiments.one_run.own_data import remember_sets, run_folder
from experiments.one_run.placing import place, placing_of
from experiments.options.ticket import Replay
from experiments.terminal.compilation_cache import keep_programs
from experiments.terminal.console import Terminal
from experiments.terminal.program import stop_on_signals
from jaxticket.lottery import Execution, finish, retrain, unpacked
from jaxticket.lottery.kept_ticket import TICKET_FILE
from jaxticket.models import build
from jaxticket.recipe import ControlOf, Recipe, from_json
from jaxticket.runs import Clock, Run, RunRecord, describe_environment
from jaxticket.runs.calibrations import predictions_digest
from jaxticket.runs.opening import differing
from jaxticket.text import interval_text, metric_name
from jaxticket.tickets import RewindPoint, Ticket, load_rewind, load_ticket, nested, rewind_file
from jaxticket.tickets.hashes import hash_weights
from jaxticket.tickets.manifest import Figure
from jaxticket.weights import dense


def main(config: Replay, console: Console) -> None:
    """Train, and say whether it is the same; what the run folder has is not done again.

    Raises:
        FileNotFoundError: a file is not there.
        ValueError: the files do not belong together, the ticket does not say its recipe, or the
            data are others.
        SystemExit: with status 1, where the training gives another network.
    """
    keep_programs()
    ticket = load_ticket(config.file)
    recipe = recipe_of(config.file, ticket)
    point = _beginning(config, ticket)
    source = RunRecord(config.file.parent, recipe, {}, [], {})
    options = config_of(source, config.dataset, config.data_dir)
    data = data_of(source, config.dataset, options, console)
    refuse_other_data(config.file, ticket, data)
    clock, detector = Clock(), build(options.model, data.num_logits)
    budget = make_budget(options, data)
    said = ticket.manifest
    resolved = resolve(recipe, ticket, data)
    path = config.run_dir or run_folder("replay", resolved)
    for change in differing(said.versions, describe_environment()):
        console.print(f"changed since the ticket was made: {change}")
    init = dense(nested(point.params), nested(point.batch_stats))
    placing = placing_of(options, data, budget, path)
    experiment, size = assemble(options, data, detector, budget, init)
    experiment, trainer = place(experiment, placing)
    level = unpacked(experiment, ticket, point)
    with Run(path, resolved, {**describe_environment(), **placing.described()}) as kept:
        remember_sets(path, data.sets)
        console.print(f"{'going on with' if kept.resumed else 'run folder'} {path}")
        for note in [size, *placing.lines()]:
            console.print(note)
        if not kept.has(said.level):
            with clock.measure("compile"):
                compile_ahead(experiment, init, trainer)
        with (
            stop_on_signals(),
            Terminal(console, clock.start) as terminal,
            Execution(kept, budget.steps, terminal, clock, trainer) as execution,
        ):
            record = retrain(experiment, "ticket", level, execution)
        finish(experiment, [record], execution, kept.recipe)
    if (calibrated := said.calibration) is not None:
        console.print(
            "its calibration holds: validation is answered as it was fitted to"
            if predictions_digest(path, said.level) == calibrated.predictions
            else "its calibration was fitted to other answers, of another machine, engine or set; "
            f"this training's own: python -m experiments.calibrate --run={path}"
        )
    if not same(ticket, load_ticket(path / TICKET_FILE), console):
        raise SystemExit(1)


def _beginning(config: Replay, ticket: Ticket) -> RewindPoint:
    path = config.rewind or rewind_file(config.file)
    if not path.is_file():
        raise FileNotFoundError(
            f"{path}, the rewind point of {config.file}, is not there: name it with --rewind; "
            "experiments.ticket pack writes it beside the ticket"
        )
    return load_rewind(path, ticket)


def recipe_of(file: Path, ticket: Ticket) -> Recipe:
    """Return the recipe by which a ticket was found.

    Raises:
        ValueError: the ticket does not say it, is compacted, or is a control or from a newer
            version; or its weights are from elsewhere.
    """
    if (origin := ticket.manifest.origin) is not None:
        raise ValueError(
            f"{file} holds the weights of {origin.file}, which were not trained here: there is "
            "nothing to replay"
        )
    if ticket.manifest.recipe is None:
        raise ValueError(
            f"{file} is of the older form and does not say how it was trained: pack it again from "
            "its run folder"
        )
    if ticket.manifest.compacted is not None:
        raise ValueError(
            f"{file} is compacted: replay the ticket that it was made from, whose weights have "
            f"the SHA-256 {ticket.manifest.compacted.weights[:16]}..."
        )
    recipe = from_json(ticket.manifest.recipe)
    if recipe.derived:
        raise ValueError(f"{file} is a control, whose beginning is its ticket's: replay that one")
    return recipe


def refuse_other_data(file: Path, ticket: Ticket, data: Data) -> None:
    """Refuse other pictures than the ticket was found on.

    Raises:
        ValueError: names both.
    """
    mine = ticket.manifest.data
    if data.fingerprint != mine.fingerprint:
        raise ValueError(
            f"{file} was found on {mine.name} with the content {mine.fingerprint[:16]}, and "
            f"{data.name} has the content {data.fingerprint[:16]}: name its own data with --dataset"
        )


def resolve(recipe: Recipe, ticket: Ticket, data: Data) -> Recipe:
    """Return the recipe of the training: that of the control `ticket`."""
    said = ticket.manifest
    assert said.hashes is not None
    return replace(
        recipe,
        **data.identity(),
        control=ControlOf(
            kind="ticket",
            level=said.level,
            ticket_masks=said.hashes.masks,
            source_data_name=said.data.name,
            source_data_fingerprint=said.data.fingerprint,
        ),
    )


def same(claimed: Ticket, found: Ticket, console: Console) -> bool:
    """Say whether a ticket was trained to the same network and figures again, and return it."""
    kind = claimed.manifest.values
    rounded = {
        path: leaf.astype(kind).astype(np.float32) if path in found.masks else leaf
        for path, leaf in found.params.items()
    }
    masks = all(np.array_equal(mask, found.masks[path]) for path, mask in claimed.masks.items())
    digest = hash_weights(rounded, found.batch_stats, found.masks)
    assert claimed.manifest.hashes is not None
    equal = digest == claimed.manifest.hashes.weights
    figures = _figures(claimed, found, console)
    if equal and figures:
        console.print(f"bit for bit the same ({kind}): weights, masks, and every test figure")
        return True
    away = [np.abs(leaf - rounded[path]) for path, leaf in claimed.params.items()]
    count, largest = sum(int(np.count_nonzero(part)) for part in away), max(map(np.max, away))
    console.print(
        f"not the same: masks {'equal' if masks else 'differ'}; {count:,} of "
        f"{sum(part.size for part in away):,} weights differ, by {largest:.3g} at most. "
        "Another machine, or other versions, round otherwise"
    )
    return False


def _figures(claimed: Ticket, found: Ticket, console: Console) -> bool:
    mine, theirs = (_test_figures(each) for each in (claimed, found))
    table = Table("test", "claimed", "again", "difference")
    for name, one in mine.items():
        other = theirs.get(name, Figure(None))
        away = "" if one.value is None or other.value is None else f"{other.value - one.value:+.3g}"
        table.add_row(metric_name(name), interval_text(one.value, one.low, one.high),
                      interval_text(other.value, other.low, other.high), away)  # fmt: skip
    console.print(table)
    return mine == theirs


def _test_figures(ticket: Ticket) -> Mapping[str, Figure]:
    return {} if ticket.manifest.metrics is None else ticket.manifest.metrics.test.figures
