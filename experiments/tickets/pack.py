"""A kept level of a run as a ticket file."""

from dataclasses import replace
from pathlib import Path

import msgspec
from rich.console import Console

from experiments.options.ticket import Pack
from experiments.tickets.half import measure_float16
from experiments.tickets.output import output_file
from experiments.tickets.show import calibration_text, effect_text
from jaxticket.loading import load_level
from jaxticket.lottery import kept_rewind, kept_ticket
from jaxticket.runs import RunRecord, read_run
from jaxticket.runs.calibrations import is_stale
from jaxticket.tickets import Manifest, Ticket, rewind_file, save_rewind, save_ticket


def main(config: Pack, console: Console) -> None:
    """Write the ticket.

    Raises:
        FileNotFoundError: no such run or level.
        ValueError: `--out` is wrong, or the level was not evaluated or cannot be read.
    """
    out = output_file(config.out)
    run = read_run(config.run)
    level = chosen_level(config, run)
    loaded = load_level(config.run, level)
    ticket = kept_ticket(config.run, level, loaded.detector, loaded.weights)
    said = msgspec.structs.replace(ticket.manifest, licence=config.licence)
    if config.values == "float16":
        effect = measure_float16(config, run, loaded, ticket, console)
        said = msgspec.structs.replace(said, values="float16", float16=effect)
    ticket = replace(ticket, manifest=said)
    said = save_ticket(out, ticket)
    console.print(
        f"{out}, {out.stat().st_size:,} bytes: level {level} of {config.run}, "
        f"{said.sparsity:.1%} pruned, {said.weights_left:,} weights left"
    )
    if run.recipe.derived:
        console.print("without a rewind point: a control's beginning is made from its ticket's")
    else:
        _pack_rewind(out, config, ticket, console)
    if said.float16 is not None:
        console.print(f"float16 {effect_text(said.float16)}")
    console.print(f"calibration {_calibration(config, level, said)}")
    if said.graph is None:
        console.print(
            f"without a graph: the forward pass of {said.model} could not be traced, so it can "
            "be neither exported, compacted nor run without JAX"
        )


def _calibration(config: Pack, level: int, said: Manifest) -> str:
    """Return in words what the ticket says of its logits, and what is to be done for more."""
    text = calibration_text(said)
    command = f"python -m experiments.calibrate --run={config.run} --level={level}"
    if is_stale(config.run, level):
        return f"left out: the level was trained again since; {command}"
    if said.calibration is None:
        return f"{text}; {command}"
    if said.float16 is None:
        return text
    return (
        f"{text}; found in float32: for thresholds of the rounded weights, python -m "
        f"experiments.calibrate --ticket={config.out} --out=NAME.safetensors"
    )


def _pack_rewind(out: Path, config: Pack, ticket: Ticket, console: Console) -> None:
    try:
        save_rewind(rewind_file(out), ticket, kept_rewind(config.run, ticket))
        console.print(f"{rewind_file(out)}, {rewind_file(out).stat().st_size:,} bytes: where its "
                      "training began")  # fmt: skip
    except FileNotFoundError as error:
        console.print(f"without its rewind point: {error}")


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
