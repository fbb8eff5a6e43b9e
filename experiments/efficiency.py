"""What does a ticket cost on disk, in memory and in time, and what does it save?

    python -m experiments.efficiency --run=runs/imp_...
    python -m experiments.efficiency --run=runs/imp_... --ticket=16 --threads=1 --batches=1
    python -m experiments.efficiency --run=runs/imp_... --dry_run

Runs the dense network, the tickets with their zeros and without their dead channels, and small
dense networks beside them (experiments.control --control=small_dense) in JAX's XLA, onnxruntime,
OpenVINO and the sparse runtime. Every arm is a fresh process with cores of its own; it first has to
answer the whole test split as the run's own network did. Then arms take turns, warm, and each is
held to the best dense float32 engine in the same rounds. What comes out lies in RUN/efficiency:
figures, a table, accuracy against latency and bytes; the page of the run is written again.
docs/efficiency.md says how. What was measured before is kept. ResNet-18 at 64 pixels with four
tickets takes about ten minutes on two quiet cores.
"""

from experiments.terminal.start import start

if __name__ == "__main__":
    start("efficiency")  # here, since help needs no more imports

import tempfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import numpy as np
from msgspec.structs import replace
from rich.console import Console

from experiments.measuring import machine
from experiments.measuring.arms import Plan, Setting, empty_arm, identity, plans_of
from experiments.measuring.before import encoded_pictures, time_decoding, time_face_finding
from experiments.measuring.network_files import NetworkFiles
from experiments.measuring.networks import Measured, networks_of
from experiments.measuring.pace import Pace
from experiments.measuring.references import References
from experiments.measuring.session import Measure, Todo, measure_setting
from experiments.one_run.data import Data, open_data_of
from experiments.one_run.dataset_option import default_data_dir
from experiments.one_run.finished_run import SKIP_LIMIT, kept_levels, refuse_unfinished
from experiments.one_run.page import refresh_alone
from experiments.options.efficiency import Config
from jaxticket.report.efficiency import sentences
from jaxticket.report.frontier import write_frontier
from jaxticket.runs import RunRecord, read_run
from jaxticket.runs.efficiency import (
    ENGINES,
    Arm,
    Efficiency,
    Engine,
    efficiency_folder,
    read_efficiency,
    write_efficiency,
)
from jaxticket.text import count_text


def main(config: Config, console: Console) -> Path:
    """Measure a run, and return the folder of the figures.

    Raises:
        ValueError: the run has not ended, or an option is wrong; or no engine answers as the run's
            dense network does.
        FileNotFoundError: there is no such run or level.
    """
    run = read_run(config.run)
    refuse_unfinished(run)
    _check(config, run)
    levels, ticket = _levels(config, run)
    engines, notes = _engines(config)
    networks = networks_of(run, levels, ticket, config.controls)
    has_gpu = bool(machine.gpu())
    sizes = config.image_sizes or (run.recipe.image_size,)
    plans = plans_of(networks, ticket, engines, config.threads, sizes, has_gpu)
    console.print(f"{count_text(sum(map(len, plans.values())), 'arm')}: "
                  f"{', '.join(ENGINES[name] for name in engines)}")  # fmt: skip
    if config.dry_run:
        for plan in (plan for group in plans.values() for plan in group):
            console.print(_title(plan, networks))
        return efficiency_folder(config.run)
    data = open_data_of(
        run, None, config.data_dir or default_data_dir(), SKIP_LIMIT, console, testing=True
    )
    if not has_gpu:
        notes.append("On a GPU: not measured, since JAX has none here.")
    record = _start(config, run, networks, ticket, notes)
    pace = Pace(sum(map(len, plans.values())))
    with tempfile.TemporaryDirectory(prefix="jaxticket-") as folder:
        for setting, of_setting in plans.items():
            record = _measure(config, record, networks, setting, of_setting, data, Path(folder),
                              pace, console)  # fmt: skip
        record = _with_bytes(record, networks, Path(folder))
    record = _before(record, data, config.pictures)
    written = _write(config.run, record)
    for sentence in sentences(record):
        console.print(sentence)
    try:
        console.print(f"page {refresh_alone(config.run)}")
    except (OSError, ValueError) as error:  # the figures are there: no reason to fail
        console.print(f"the page of {config.run} stays as it was: {error}")
    return written


def _check(config: Config, run: RunRecord) -> None:
    for name in ("batches", "threads", "image_sizes"):
        values = getattr(config, name)
        if values is not None and (not values or min(values) < 1):
            raise ValueError(f"--{name} must be numbers from 1 on, got {values}")
    if max(config.threads) > (cores := len(machine.cores()) or max(config.threads)):
        raise ValueError(f"--threads={max(config.threads)}: this process may use {cores} cores")
    if config.rounds < 3:
        raise ValueError(f"--rounds must be 3 or more for an interval, got {config.rounds}")
    if config.seconds <= 0:
        raise ValueError(f"--seconds must be above 0, got {config.seconds:g}")
    if config.pictures < 1:
        raise ValueError(f"--pictures must be 1 or more, got {config.pictures}")
    if not run.levels or run.levels[0].sparsity:
        raise ValueError(f"{run.path} has no dense level to hold its tickets to")
    if len(run.levels) < 2:
        raise ValueError(f"{run.path} has no ticket: its only level is the dense network")


def _levels(config: Config, run: RunRecord) -> tuple[list[int], int]:
    """Return the levels to measure, the dense one among them, and the ticket's."""
    levels = sorted({run.levels[0].level, *kept_levels(config.levels, run)})
    ticket = levels[-1] if config.ticket is None else config.ticket
    if ticket not in levels[1:]:
        raise ValueError(
            f"--ticket={ticket} is no sparse level that is measured: those are "
            f"{', '.join(map(str, levels[1:])) or 'none'}"
        )
    return levels, ticket


def _engines(config: Config) -> tuple[list[Engine], list[str]]:
    """Return the engines that are here, and what to say of the others."""
    notes = [
        "int8 is not offered: quantising needs pictures to calibrate on and gives another "
        "network, whose decisions are its own.",
    ]
    known = [name for name in ENGINES if name != "deepsparse"]
    if unknown := set(config.engines) - set(known):
        raise ValueError(f"--engines: {min(unknown)!r} is none of {', '.join(known)}")
    engines: list[Engine] = []
    for name in known:
        if name not in config.engines:
            continue
        if machine.is_installed(name):
            engines.append(name)  # pyright: ignore[reportArgumentType]
        else:
            notes.append(f"{ENGINES[name]} was not measured: it is not installed.")
    if config.deepsparse_python is not None:
        if not config.deepsparse_python.exists():
            raise ValueError(f"--deepsparse_python={config.deepsparse_python} is not there")
        engines.append("deepsparse")
    else:
        notes.append("DeepSparse was not measured: --deepsparse_python was not given.")
    return engines, notes


def _start(
    config: Config, run: RunRecord, networks: Sequence[Measured], ticket: int, notes: list[str]
) -> Efficiency:
    """Return the record with the networks, and the arms that were measured before."""
    before = None if config.again else read_efficiency(config.run)
    about = {network.key: network.about for network in networks}
    kept = {(n.kind, n.level): n for n in before.networks} if before else {}
    return Efficiency(
        date=datetime.now().astimezone().isoformat(timespec="seconds"),
        machine=machine.machine(),
        model=run.recipe.model,
        image_size=run.recipe.image_size,
        ticket=ticket,
        test_examples=run.levels[0].test_examples or 0,
        networks=list((kept | about).values()),
        arms=before.arms if before else [],
        notes=notes,
    )


def _measure(
    config: Config, record: Efficiency, networks: Sequence[Measured], setting: Setting,
    plans: Sequence[Plan], data: Data, folder: Path, pace: Pace, console: Console,
) -> Efficiency:  # fmt: skip
    """Return the record with the arms of a setting; it is written as they are done."""
    side = setting.image_size
    examples = data.load_split("test", side, one_class=True)
    pictures = folder / f"pictures_{side}.npy"
    if not pictures.exists():
        np.save(pictures, examples.images(np.arange(len(examples))))
    files, references = NetworkFiles(folder), References(examples)
    by_key = {network.key: network for network in networks}
    known = {arm.identity: arm for arm in record.arms}
    about = {
        "processor": record.machine.processor, "features": record.machine.features,
        "batches": config.batches, "rounds": config.rounds, "seconds": config.seconds,
    }  # fmt: skip
    todo = []
    for plan in plans:
        network = by_key[plan.kind, plan.level]
        version = machine.version(plan.engine, config.deepsparse_python)
        arm = empty_arm(plan, network, identity(plan, network, about | {"version": version}))
        todo.append(Todo(
            plan, arm,
            lambda n=network, p=plan: files.file(n, p.engine, p.precision, side),
            lambda n=network: references.of(n),
        ))  # fmt: skip
    pace.skip(sum(not config.again and each.arm.identity in known for each in todo))
    how = Measure(pictures, examples.labels, config.batches, config.rounds, config.seconds,
                  config.deepsparse_python)  # fmt: skip
    for arms in measure_setting(todo, known, how, config.again):
        for arm in arms:
            console.print(_line(arm, config.batches[0]))
        record = replace(record, arms=_merged(record.arms, arms))
        _write(config.run, record)
        pace.add(len(arms))
        console.print(pace.text())
    return record


def _merged(before: Sequence[Arm], arms: Sequence[Arm]) -> list[Arm]:
    """Return arms, each in the place of the one that was measured of the same before."""

    def place(arm: Arm) -> tuple:
        return (arm.kind, arm.level, arm.engine, arm.precision, arm.device, arm.threads,
                arm.image_size)  # fmt: skip

    return list(({place(arm): arm for arm in before} | {place(arm): arm for arm in arms}).values())


def _with_bytes(record: Efficiency, networks: Sequence[Measured], folder: Path) -> Efficiency:
    """Return the record with the size of each network's ticket file."""
    files = NetworkFiles(folder)
    sizes = {
        network.key: files.file(network, "sparse", "float32", record.image_size).stat().st_size
        for network in networks
        if network.about.kind != "compacted"
    }
    found = [replace(n, bytes=sizes.get((n.kind, n.level), n.bytes)) for n in record.networks]
    return replace(record, networks=found)


def _before(record: Efficiency, data: Data, count: int) -> Efficiency:
    """Return the record with what decoding and face finding take."""
    pictures = encoded_pictures(data.sets[0], count)
    record = replace(record, decoding=time_decoding(pictures, record.image_size))
    try:
        return replace(record, face_finding=time_face_finding(pictures))
    except ModuleNotFoundError:
        lacking = 'Face finding was not measured: pip install "jaxticket[faces]".'
        return replace(record, notes=[*record.notes, lacking])


def _write(run: Path, record: Efficiency) -> Path:
    folder = write_efficiency(run, record)
    write_frontier(run, record)
    return folder


def _title(plan: Plan, networks: Sequence[Measured]) -> str:
    network = next(n for n in networks if n.key == (plan.kind, plan.level))
    arm = empty_arm(plan, network, "")
    return f"{arm.title}, {count_text(arm.threads, 'thread')}, {arm.image_size} px"


def _line(arm: Arm, batch: int) -> str:
    found = arm.timing(batch)
    if found is None:
        return f"{arm.title}: {arm.failed}"
    return (
        f"{arm.title}: {1000 * found.median:.2f} ms at batch {batch}, {found.ratio:.2f} "
        f"[{found.low:.2f}, {found.high:.2f}] of {found.base}"
    )
