"""Over how many cores a run with nothing beside it splits its batch: measured once, and kept.

It is what a run that is there began with, and else what was measured to do most: steps on noise of
the very size, one program on all cores beside one that takes them as devices.
"""

import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import jax
import numpy as np
from msgspec import structs
from rich.console import Console

from experiments.cells.measured import GAIN, Load, compared, keep, measure, measurer, read
from experiments.cells.places import accelerators, places
from experiments.cells.team import Team
from experiments.measuring.step_turns import Turn, noise_batch
from experiments.one_run.estimate import duration
from experiments.one_run.experiment import beginning
from experiments.one_run.shared import available_cores, split
from jaxticket.lottery.assemble import train_step
from jaxticket.models import build
from jaxticket.parallel import joint_step
from jaxticket.parallel.mesh import DATA, TICKET, placed, sharding
from jaxticket.runs import files
from jaxticket.training import create_state

ENVIRONMENT = "split_batch"
"""In an environment.json: why there are so many devices."""
TRIED = 3
"""Numbers of cores: all that there are, as far as they share a batch evenly, and fewer."""


def choose_split(load: Load, levels: float, run: Path, console: Console) -> tuple[int, str]:
    """Return over how many cores each batch is split, and why; 1 on a GPU or TPU.

    Nothing is measured for a run that is there, which keeps its number and why, nor where training
    takes little longer.

    Args:
        load: a full level of it.
        levels: how many full levels' steps it takes.
        run: the run folder, which need not be there.
        console: told both.
    """
    number, why = _chosen(load, levels, run)
    how = f"each batch is split over {number} cores" if number > 1 else "batches are not split"
    console.print(f"{how}: {why}")
    return number, why


def _chosen(load: Load, levels: float, run: Path) -> tuple[int, str]:
    if accelerators()[1]:
        return 1, "auto is for cores; --split_batch=N splits over N of these devices"
    counts = _even(load.config.batch_size)
    if (begun := _begun(run)) is not None:
        number, why = begun
        return max((count for count in counts if count <= number), default=1), why
    kept = read()
    found = kept.get(load.key)
    if found is not None and found.split:
        return _most(found.split, "measured before on this machine")
    tried = counts[-TRIED:]
    if not tried:
        return 1, f"{available_cores()} cores cannot share a batch of {load.config.batch_size}"
    begin = time.perf_counter()
    try:
        new = measure(load, levels * load.steps, lambda alone, _: _ratios(load, tried, alone))
    except RuntimeError as error:
        return 1, f"measuring what is faster failed: {error}"
    if new is None:
        return 1, "too little is left for measuring to pay; --split_batch=N splits over N cores"
    before = found.ratios if found is not None else {}
    keep({**kept, load.key: structs.replace(new, ratios=before, split=new.ratios)})
    took = duration(time.perf_counter() - begin)
    return _most(new.ratios, f"measured now, in {took}, and kept")


def _begun(run: Path) -> tuple[int, str] | None:
    """Return over how many cores a run that is there split its batches, and why; None without."""
    try:
        said = files.read_typed(run / "environment.json", dict[str, Any], "")
    except (ValueError, FileNotFoundError):
        return None
    if said.get("backend") != "cpu":
        return None
    return said.get("devices", 1), said.get(ENVIRONMENT, "as the run began")


def _even(batch_size: int) -> list[int]:
    """Return the numbers of cores, above 1, that share a batch evenly."""
    return [count for count in range(2, available_cores() + 1) if batch_size % count == 0]


def _most(ratios: dict[str, float], when: str) -> tuple[int, str]:
    count = max(ratios, key=lambda count: ratios[count])
    ratio = ratios[count]
    text = f"{count} devices do {ratio:.2f} times the steps of one on all cores, {when}"
    return (int(count) if ratio >= GAIN else 1), text


def _ratios(load: Load, tried: Sequence[int], alone: Team) -> dict[str, float]:
    return {
        str(count): compared(partial(measurer, partial(split_step, load, count)), places(1), alone)
        for count in tried
    }


def split_step(load: Load, devices: int) -> tuple[Turn, int]:
    """Return a function that does a training step on noise over cores as devices, and its bytes.

    The bytes are those of its arguments alone. Call it before any device is used.
    """
    config = load.config
    shared = split(devices, config.batch_size)
    assert shared is not None
    mesh = shared.mesh
    assert mesh is not None
    weights, _ = beginning(config, build(config.model))
    optimizer, function = train_step(config, build(config.model), load.steps)
    step = joint_step(function, mesh)

    def whole(tree: Any, *axes: str) -> Any:
        where = sharding(mesh, TICKET, *axes)
        return jax.tree.map(lambda leaf: placed(np.asarray(leaf)[None], where), tree)

    state = whole(create_state(weights, optimizer, seed=0))
    active, masks = whole(True), whole(weights.masks)
    batch = whole(noise_batch(config.batch_size, config.image_size), DATA)
    held = sum(leaf.nbytes for leaf in jax.tree.leaves((state, masks, batch)))

    def turn() -> None:
        nonlocal state
        state, metrics = step(state, active, masks, batch)
        jax.block_until_ready((state, metrics))

    return turn, held
