"""What a run will take, before it is begun: time, memory and disk, by a few steps on noise."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jax

from experiments.measuring.step_turns import Turn, noise, noise_batch, step_turn
from experiments.one_run.data import MEMORY_LIMIT, Data
from experiments.one_run.experiment import beginning, make_budget
from experiments.options.imp import Config
from jaxticket.lottery import parse_rewind
from jaxticket.lottery.assemble import train_step
from jaxticket.models import Detector
from jaxticket.pruning import level_sparsities, parse_search, passing
from jaxticket.recipe import Options
from jaxticket.text import count_text
from jaxticket.training import create_state, jit_step, make_evaluate
from jaxticket.trees import size

TIMED_STEPS = 5
SMALL_FILES = 10e6
"""Bytes of predictions, maps, plots and pages of a run, about."""


@dataclass(frozen=True)
class Estimate:
    """What a run takes on this machine.

    Attributes:
        sparsities: of every level.
        steps: of training in every level, at most.
        stops_early: whether levels may end before, by patience or once their masks have settled.
        done: how many levels are kept already.
        compiling: seconds in what is left of the run, as are `training` and `evaluating`.
        memory: bytes of the decoded pictures, and of all that a training step holds.
        disk: bytes of the run folder.
    """

    sparsities: tuple[float, ...]
    steps: tuple[int, ...]
    stops_early: bool
    done: int
    compiling: float
    training: float
    evaluating: float
    memory: float
    disk: float

    def lines(self) -> list[str]:
        """Return what to print."""
        most = " at most" if self.stops_early else ""
        about = "at most" if self.stops_early else "about"
        full, least = max(self.steps), min(self.steps)
        way = f", {least:,} on the way" if least < full else ""
        left = sum(self.steps[self.done :])
        done = count_text(self.done, "level that is done", "levels that are done")
        over = f"left after {done}" if self.done else "in all"
        whole = self.compiling + self.training + self.evaluating
        return [
            f"levels: {len(self.sparsities)}, {', '.join(f'{s:.1%}' for s in self.sparsities)}",
            f"steps: {full:,} a level{way}{most}, {left:,} {over}",
            f"time: {about} {duration(whole)} on this machine: training "
            f"{duration(self.training)}, evaluation {duration(self.evaluating)}, compilation "
            f"{duration(self.compiling)}; start and reading the pictures are not counted",
            f"memory: about {self.memory / 1e6:,.0f} MB beside the program itself",
            f"disk: about {self.disk / 1e6:,.0f} MB",
        ]


def time_steps(
    config: Config, detector: Detector, steps: int, run: Path | None = None
) -> tuple[float, float, int]:
    """Return the seconds of a training step, those of its compilation, and its bytes.

    Arguments as of `step_on_noise`.
    """
    turn, compiling, held = step_on_noise(config, detector, steps, run)
    return _median(turn), compiling, held


def step_on_noise(
    config: Config, detector: Detector, steps: int, run: Path | None = None
) -> tuple[Turn, float, int]:
    """Return a function that does a training step, the seconds of compiling it, and its bytes.

    Args:
        config: the options.
        detector: what is trained.
        steps: in a level.
        run: the run folder, see `beginning`.
    """
    weights, _ = beginning(config, detector, run)
    optimizer, function = train_step(config, detector, steps)
    batch = noise_batch(config.batch_size, config.image_size)
    jitted: Any = jit_step(function)
    start = time.perf_counter()
    state = create_state(weights, optimizer, seed=0)
    compiled = jitted.lower(state, weights.masks, batch).compile()
    compiling = time.perf_counter() - start
    memory = compiled.memory_analysis()
    held = memory.argument_size_in_bytes + memory.output_size_in_bytes - memory.alias_size_in_bytes
    turn = step_turn(weights, optimizer, compiled, batch)
    return turn, compiling, held + memory.temp_size_in_bytes


def stops_early(options: Options) -> bool:
    """Return whether levels may end early, by patience or once their masks have settled."""
    return options.patience is not None or parse_search(options.search).kind == "early_bird"


def level_steps(options: Options, full: int) -> tuple[int, ...]:
    """Return how many steps every level takes at most, of which a full training has so many."""
    search, least = parse_search(options.search), parse_rewind(options.rewind).step
    cut = search.step(0, least, full) or full
    on_the_way = passing(options)
    return tuple(cut if n in on_the_way else full for n in range(len(level_sparsities(options))))


def estimate(
    config: Config, data: Data, detector: Detector, done: int = 0, run: Path | None = None
) -> Estimate:
    """Return what a run takes from here, of which the first `done` levels are kept in `run`.

    Raises:
        ValueError: the options do not fit the data or the weight file.
    """
    budget, sparsities = make_budget(config, data), level_sparsities(config)
    step, compiling, held = time_steps(config, detector, budget.steps, run)
    weights, _ = beginning(config, detector, run)
    images, _ = noise(config.batch_size, config.image_size)
    evaluate = make_evaluate(detector)
    batch = _median(
        lambda: jax.block_until_ready(evaluate(weights.params, weights.batch_stats, images))
    )
    counts = {split: data.count(split) for split in ("train", "validation", "test")}
    # Validation after every epoch and at a level's end, then the test split.
    validation, test = (-(-counts[split] // config.batch_size) for split in ("validation", "test"))
    batches = (budget.epochs + 1) * validation + test
    picture = 3 * config.image_size**2
    # All weights are kept of the beginning; in a level stand a checkpoint of the state, which has
    # two moments of each, and the best weights so far. Of every level, and in the two files of the
    # ticket, there are the survivors, and a bit a weight at most.
    left_of = [1 - sparsity for sparsity in (*sparsities, sparsities[-1], sparsities[-1])]
    copies = 5 + sum(left_of) + len(left_of) / 32
    steps = level_steps(config, budget.steps)
    left = sum(steps[done:])
    return Estimate(
        sparsities=sparsities,
        steps=steps,
        stops_early=stops_early(config),
        done=done,
        compiling=compiling,
        training=left * step,
        evaluating=left / budget.steps * batches * batch,
        memory=held + sum(min(count * picture, MEMORY_LIMIT) for count in counts.values()),
        disk=copies * 4 * size(weights.params) + SMALL_FILES,
    )


def _median(turn: Callable[[], object]) -> float:
    """Return the seconds of a turn, the median of a few after one that is not timed."""
    turn()
    times = []
    for _ in range(TIMED_STEPS):
        start = time.perf_counter()
        turn()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def duration(seconds: float) -> str:
    """Return a time as a rough figure: 40 s, 3 min, 2.5 h."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
