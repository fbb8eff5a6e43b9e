"""A level of a run is calibrated by the predictions that it left."""

from dataclasses import replace
from pathlib import Path

import msgspec
from rich.console import Console

from experiments.calibrating.fitting import fit
from experiments.calibrating.said import say
from experiments.calibrating.seen import look_at
from experiments.one_run.data import open_data_of
from experiments.one_run.dataset_option import default_data_dir
from experiments.one_run.finished_run import SKIP_LIMIT
from experiments.one_run.page import refresh_alone
from experiments.options.calibrate import Config
from jaxticket.calibration import Calibration, Seen
from jaxticket.lottery.kept_ticket import TICKET_FILE
from jaxticket.runs import RunRecord, read_run
from jaxticket.runs.calibrations import predictions_digest, write_calibration
from jaxticket.tickets import load_ticket, save_ticket


def main(config: Config, console: Console) -> None:
    """Write the calibration beside the predictions, into the run's ticket and onto its page.

    Raises:
        FileNotFoundError: no such run, or the level has no predictions.
        ValueError: there is no such level, its validation holds one class only, or `--dataset` are
            other pictures than the run's.
    """
    assert config.run is not None
    run = read_run(config.run)
    level = chosen_level(config, run)
    validation, test = (run.predictions(level, split) for split in ("validation", "test"))
    recipe = run.recipe
    calibration = fit(
        config,
        validation,
        test,
        _seen(config, run, console),
        data_name=recipe.data_name,
        data_fingerprint=recipe.data_fingerprint,
        synthetic=recipe.synthetic,
        digest=predictions_digest(config.run, level),
    )
    written = write_calibration(config.run, level, calibration)
    say(calibration, console)
    console.print(f"{written}, which experiments.ticket pack takes along")
    _into_ticket(config.run / TICKET_FILE, level, calibration, console)
    try:
        console.print(f"page {refresh_alone(config.run)}")
    except (OSError, ValueError) as error:  # the calibration is there: no reason to fail
        console.print(f"the page of {config.run} stays as it was: {error}")


def chosen_level(config: Config, run: RunRecord) -> int:
    """Return the level that is asked for, or else the last of a run.

    Raises:
        ValueError: no level of the run is done, or not this one; says which are.
    """
    kept = [record.level for record in run.levels]
    if not kept:
        raise ValueError(f"{run.path} has no finished level yet: give the command that made it")
    if config.level is None:
        return kept[-1]
    if config.level not in kept:
        raise ValueError(
            f"--level={config.level}: {run.path} has kept the levels {', '.join(map(str, kept))}"
        )
    return config.level


def _seen(config: Config, run: RunRecord, console: Console) -> Seen | None:
    """Return what the run's validation pictures were like; None, said so, where they are lost."""
    data_dir = config.data_dir or default_data_dir()
    try:
        data = open_data_of(run, config.dataset, data_dir, SKIP_LIMIT, console, testing=True)
    except ValueError as error:
        if config.dataset is not None:
            raise
        console.print(
            f"what the pictures were like is not kept, so detect cannot tell others that are "
            f"unlike them: {error}"
        )
        return None
    if data.fingerprint != run.recipe.data_fingerprint:
        raise ValueError(
            f"--dataset: {data.name} are other pictures than those that {run.path} was evaluated "
            "on; to calibrate on others, pack the level and calibrate the ticket: --ticket"
        )
    data = replace(data, methods=run.recipe.methods)
    return look_at(data, run.recipe.image_size, config.detector, console)


def _into_ticket(file: Path, level: int, calibration: Calibration, console: Console) -> None:
    """Write the calibration into the ticket that the run left, where it is of that level."""
    if not file.is_file():
        return
    try:
        ticket = load_ticket(file)
        if ticket.manifest.level != level:
            return
        said = msgspec.structs.replace(ticket.manifest, calibration=calibration)
        save_ticket(file, replace(ticket, manifest=said))
    except (OSError, ValueError) as error:
        console.print(f"{file} stays as it was: {error}")
        return
    console.print(f"{file}, the run's own ticket, has it too")
