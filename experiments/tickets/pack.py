"""A kept level of a run as a ticket file."""

from dataclasses import replace

import msgspec
from rich.console import Console

from experiments.options.ticket import Pack
from experiments.tickets.output import output_file
from jaxticket.loading import load_level
from jaxticket.lottery import kept_ticket
from jaxticket.runs import RunRecord, read_run
from jaxticket.tickets import save_ticket


def main(config: Pack, console: Console) -> None:
    """Write the ticket.

    Raises:
        FileNotFoundError: no such run or level.
        ValueError: `--out` is wrong, or the level was not evaluated or cannot be read.
    """
    out = output_file(config.out)
    level = chosen_level(config, read_run(config.run))
    loaded = load_level(config.run, level)
    ticket = kept_ticket(config.run, level, loaded.detector, loaded.weights)
    said = msgspec.structs.replace(ticket.manifest, licence=config.licence)
    said = save_ticket(out, replace(ticket, manifest=said))
    console.print(
        f"{out}, {out.stat().st_size:,} bytes: level {level} of {config.run}, "
        f"{said.sparsity:.1%} pruned, {said.weights_left:,} weights left"
    )
    if said.graph is None:
        console.print(
            f"without a graph: {said.model} computes what none can say, so what needs no JAX "
            "cannot run this ticket"
        )


def chosen_level(config: Pack, run: RunRecord) -> int:
    """Return the level that is asked for, or else the last of a run.

    Raises:
        ValueError: no level of the run is done.
    """
    if config.level is not None:
        return config.level
    if not run.levels:
        raise ValueError(f"{run.path} has no finished level yet: give the command that made it")
    return run.levels[-1].level
