"""How many trainings side by side get most done: measured once on a machine, and kept.

Steps on noise of the very size: one process on all cores, and several, each on its share of them.
What one training gains by splitting its batches (`splitting`) is measured and kept likewise.
"""

import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
from jaxlib import version
from msgspec import Struct, structs
from rich.console import Console

from experiments.cells.cell import Cell, is_done
from experiments.cells.places import Place, accelerators, cores, places
from experiments.cells.team import MakeTrain, Team, Train
from experiments.measuring.step_turns import Turn
from experiments.one_run.estimate import duration, step_on_noise
from experiments.options.imp import Config
from experiments.terminal.compilation_cache import machine_name, programs_dir
from jaxticket.models import build
from jaxticket.runs import Damaged
from jaxticket.runs.files import read_typed
from jaxticket.writing import write_whole

TURNS = 2
TURN_SECONDS = 2.0
LEAST_STEPS = 3
WORTH = 20.0
"""Training has to take so many times what measuring takes."""
GAIN = 1.05
"""Less is no reason to share the cores out."""
STARTING = 20.0
"""Seconds that measuring takes beside the turns, about: processes begin, and programs compile."""
PIXEL_SECONDS = 1e-5
"""Of a training step, a pixel of the batch, of the slowest detector on two cores, about."""
KEPT = 200
"""Measurements; the oldest go first."""
PROCESS_BYTES = 700e6
"""Of a process beside what its step holds, about."""


class Measured(Struct, frozen=True):
    """What was measured of steps of one kind on one machine.

    Attributes:
        alone: seconds of a step on all cores.
        bytes: that a step holds.
        ratios: number of workers -> their steps in a second, to those of one process on all cores.
        split: number of devices that share its batches -> the same of one process.
    """

    alone: float
    bytes: float
    ratios: dict[str, float] = {}
    split: dict[str, float] = {}


@dataclass(frozen=True)
class Load:
    """What one level of a cell takes: options of its training, and steps."""

    config: Config
    steps: int

    @property
    def key(self) -> str:
        """What its measurement is kept by."""
        c = self.config
        return (
            f"{machine_name()} jaxlib-{version.__version__} {c.model} {c.image_size} "
            f"{c.batch_size} {c.precision}"
        )

    @property
    def pixels(self) -> int:
        """Of the pictures of all steps of a level."""
        return self.steps * self.config.batch_size * self.config.image_size**2


def choose(
    cells: Sequence[Cell],
    folder: Path,
    console: Console,
    load: Callable[[Cell], Load],
) -> list[Place]:
    """Return the places of as many workers as do most.

    With several GPUs that is one a GPU. On a CPU it is what was measured before, or is now, where
    at least two trainings are left and take much longer than measuring.

    Args:
        cells: all that belong together.
        folder: of their run folders.
        console: told what was chosen, and why.
        load: of a cell that is a training.
    """
    trainings = [cell for cell in cells if cell.figures is None]
    left = [cell for cell in trainings if not is_done(cell, folder)]
    if len(trainings) < 2 or not left or len(cores()) < 2:
        return places(1)
    backend, devices = accelerators()
    if devices:
        count = min(devices, len(left), len(cores())) if backend == "gpu" else 1
        if count > 1:
            console.print(f"{count} trainings side by side, each on a GPU of its own")
        return places(count)
    count, why = _best(left, load)
    how = f"{count} trainings side by side" if count > 1 else "one training after the other"
    console.print(f"{how}: {why}")
    return places(count)


def _best(left: Sequence[Cell], load: Callable[[Cell], Load]) -> tuple[int, str]:
    """Return how many workers do most, and why."""
    loads = {cell.name: load(cell) for cell in left}
    largest = max(left, key=lambda cell: cell.levels * loads[cell.name].pixels)
    kind = loads[largest.name]
    pixels = sum(cell.levels * loads[cell.name].pixels for cell in left)
    kept = read()
    found = kept.get(kind.key)
    if found is not None and found.ratios:
        return _said(found.ratios, "measured before on this machine")
    make = partial(measurer, partial(whole_step, kind))

    def compare(alone: Team, held: float) -> dict[str, float]:
        tried = _candidates(len(left), held)
        return {str(count): compared(make, places(count), alone) for count in tried}

    begin, new = time.perf_counter(), None
    try:
        if len(left) > 1:
            new = measure(kind, pixels / kind.pixels * kind.steps, compare)
    except RuntimeError as error:
        return 1, f"measuring what is faster failed: {error}"
    if new is None:
        return 1, "too little is left for measuring to pay; --workers=N trains N side by side"
    if not new.ratios:
        return 1, "there is not enough memory for two"
    keep({**kept, kind.key: structs.replace(new, split=found.split if found is not None else {})})
    took = duration(time.perf_counter() - begin)
    return _said(new.ratios, f"measured now, in {took}, and kept")


def measure(
    kind: Load, steps: float, compare: Callable[[Team, float], dict[str, float]]
) -> Measured | None:
    """Measure steps of one process on all cores, and others beside it.

    Args:
        kind: of the steps.
        steps: that are to be trained.
        compare: `(the process, bytes that its step holds) -> name -> ratio` of the others.

    Returns:
        All of it; None where training takes little longer than measuring.

    Raises:
        RuntimeError: a process that measures ended.
    """
    if steps * kind.pixels / kind.steps * PIXEL_SECONDS < WORTH * STARTING:
        return None
    begin = time.perf_counter()
    with Team(places(1), partial(measurer, partial(whole_step, kind)), 80) as alone:
        held = _round(alone, 1, "prepare")
        rate = _round(alone, 1, "measure")
        if steps / rate < WORTH * 3 * (time.perf_counter() - begin):
            return None
        return Measured(1 / rate, held, compare(alone, held))


def file() -> Path:
    """Return where measurements are kept, in the user's cache.

    Raises:
        RuntimeError: there is no home.
    """
    return programs_dir().parent / "workers.json"


def read() -> dict[str, Measured]:
    """Return what was measured before; nothing where it cannot be read."""
    with suppress(Damaged, OSError, RuntimeError):
        return read_typed(file(), dict[str, Measured], "")
    return {}


def keep(found: Mapping[str, Measured]) -> None:
    """Keep the last measurements, where that can be."""
    last = dict(list(found.items())[-KEPT:])
    with suppress(OSError, RuntimeError):
        file().parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_whole(file(), msgspec.json.encode(last))


def _said(ratios: dict[str, float], when: str) -> tuple[int, str]:
    count = max(ratios, key=lambda count: ratios[count])
    ratio = ratios[count]
    text = f"{count} do {ratio:.2f} times the steps of one on all cores, {when}"
    return (int(count) if ratio >= GAIN else 1), text


def _candidates(left: int, held: float) -> list[int]:
    """Return the numbers of workers to try: one a core, and fewer on more cores each."""
    own, room = len(cores()), _available() / (held + PROCESS_BYTES)
    most = min(own, left, int(room))
    return sorted({min(own // share, most) for share in (1, 2, 4)} - {0, 1}, reverse=True)


def _available() -> float:
    """Return the bytes of memory that processes may still take; without bound where none says."""
    try:
        lines = Path("/proc/meminfo").read_text().splitlines()
        return next(int(line.split()[1]) * 1024.0 for line in lines if "MemAvailable" in line)
    except (OSError, StopIteration, ValueError):
        return float("inf")


def compared(make: MakeTrain, given: Sequence[Place], alone: Team) -> float:
    """Return the steps in a second of workers at those places, to those of one on all cores.

    Args:
        make: of `measurer`.
        given: a place for each worker.
        alone: the one.
    """
    with Team(given, make, 80) as team:
        _round(team, len(given), "prepare")
        ratios = [
            _round(team, len(given), "measure") / _round(alone, 1, "measure") for _ in range(TURNS)
        ]
    return statistics.median(ratios)


def _round(team: Team, count: int, what: str) -> float:
    """Have all workers do something at once; return the sum of the numbers that they say."""
    total = 0.0
    for _ in range(count):
        worker = team.idle()
        assert worker is not None
        worker.begin(what)
    while team.at_work():
        for worker, (kind, *said) in team.hear(1.0):
            if kind == "said":
                total += float(said[0])
            elif kind == "done":
                worker.cell = None
            else:
                raise RuntimeError(f"a worker that measures {kind}: {said[0]}")
    return total


def whole_step(kind: Load) -> tuple[Turn, int]:
    """Return a function that does a training step on noise, and the bytes that it holds."""
    turn, _, held = step_on_noise(kind.config, build(kind.config.model), kind.steps)
    return turn, held


def measurer(prepare: Callable[[], tuple[Turn, int]], console: Console) -> Train:
    """Return what a worker does to measure.

    It prepares a step, and says the bytes that it holds; or it takes steps for a while, and says
    how many in a second.

    Args:
        prepare: returns a function that does a step, and these bytes.
        console: takes what it says.
    """
    turns: list[Turn] = []

    def do(what: Any, _: object) -> None:
        if what == "prepare":
            turn, held = prepare()
            turn()
            turns.append(turn)
            console.print(held)  # a line that `_round` reads
        else:
            console.print(_rate(turns[0]))

    return do


def _rate(turn: Turn) -> float:
    """Return the steps in a second."""
    begin, count = time.perf_counter(), 0
    while count < LEAST_STEPS or time.perf_counter() - begin < TURN_SECONDS:
        turn()
        count += 1
    return count / (time.perf_counter() - begin)
