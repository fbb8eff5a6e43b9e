"""How time grows with the batch, the pictures' size, rounds, seeds, weights and pictures."""

import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from experiments.measuring.speed import imp, ours, pictures, select
from experiments.measuring.speed.interleave import (
    LEAST_TURNS,
    Run,
    interleave,
    shares,
    times_over,
)
from experiments.measuring.speed.table import Table, name_left_out, spread
from experiments.options.benchmark import Config
from jaxticket.data import load_examples

BATCHES = (8, 16, 32, 64, 128)
SIZES = (32, 48, 64, 96, 128)
ROUNDS, SEEDS = (0, 1, 3), (1, 2, 4)
COUNTS = {"train": 1024, "validation": 512, "test": 256}
"""Pictures that are decoded; the splits are the cases."""
SEARCHED = {"train": 128, "validation": 64, "test": 64}
"""Pictures of a search, which trains one epoch a level."""
LINEAR = 0.1
"""An exponent this near to 1 counts as linear."""
HEADS = {
    "with": "with",
    "of": "what is timed",
    "from": "from",
    "to": "to",
    "least": "ms at the first",
    "most": "ms at the last",
    "exponent": "exponent",
    "fixed": "fixed part at the first",
    "said": "in words",
}
Points = dict[float, list[float]]
"""Seconds of every turn by what grows."""


def measure(config: Config, until: float) -> Table:
    """Return the table; a row's `points` are what is plotted."""
    table = Table(
        f"Seconds against one quantity at a time, {config.models[0]} where a model is trained, "
        f"batch {config.batch_size} and {config.image_sizes[0]} pixels where they do not grow. The "
        "exponent is the slope of a straight line through the medians in logarithms: 1 is linear. "
        "The fixed part is where a straight line through the medians begins.",
        HEADS,
    )
    left_out: list[str] = []
    for name, end in shares(list(GROWN), until, left_out):
        what, points = GROWN[name](config, end)
        table.rows.append(row(name, what, points))
    name_left_out(table, left_out)
    return table


def row(name: str, what: str, points: Points) -> dict[str, Any]:
    """Return what a series of points comes to."""
    x = np.array(sorted(points))
    y = np.array([np.median(points[at]) for at in sorted(points)])
    exponent = float(np.polyfit(np.log(x), np.log(y), 1)[0])
    fixed = float(np.clip(np.polyfit(x, y, 1)[1] / y[0], 0, 1))
    return {
        "with": name,
        "of": what,
        "from": f"{x[0]:,.0f}",
        "to": f"{x[-1]:,.0f}",
        "least": 1000 * float(y[0]),
        "most": 1000 * float(y[-1]),
        "exponent": exponent,
        "fixed": f"{fixed:.0%}",
        "said": words(exponent, fixed, x, y),
        "points": [(float(at), *spread(points[at])) for at in sorted(points)],
    }


def words(exponent: float, fixed: float, x: np.ndarray, y: np.ndarray) -> str:
    """Return a sentence on how a time grows."""
    if abs(exponent - 1) <= LINEAR:
        return "linear"
    if exponent < 1:
        return f"less than linear: {fixed:.0%} of the time at the first does not grow"
    cost = y / x
    worst = int(np.argmax(np.diff(np.log(cost)) / np.diff(np.log(x)))) + 1
    return (
        f"more than linear: a unit costs {cost[-1] / cost[0]:.1f} times as much at the last as at "
        f"the first, and most of that comes at {x[worst]:,.0f}"
    )


def _batch(config: Config, until: float) -> tuple[str, Points]:
    runs = {
        batch: ours.training(config.models[0], config.image_sizes[0], batch, config.sparsity)
        for batch in BATCHES
    }
    return "a training step", _points(runs, config, until)


def _size(config: Config, until: float) -> tuple[str, Points]:
    runs = {
        size**2: ours.training(config.models[0], size, config.batch_size, config.sparsity)
        for size in SIZES
    }
    return "a training step", _points(runs, config, until)


def _weights(config: Config, until: float) -> tuple[str, Points]:
    runs = {count: select.ours(count) for count in select.WEIGHTS}
    return "scoring and selecting", _points(runs, config, until)


def _pictures(config: Config, until: float) -> tuple[str, Points]:
    with tempfile.TemporaryDirectory() as folder:
        prepared = pictures.prepared_set(Path(folder), COUNTS, imp.SIDE)
        runs = {
            count: times_over(
                lambda split=split: load_examples(prepared, split, config.image_sizes[0])
            )
            for split, count in COUNTS.items()
        }
        return "reading and decoding", _points(runs, config, until)


def _rounds(config: Config, until: float) -> tuple[str, Points]:
    return "a search, without compiling", _searches(config, until, {1 + n: (n, 1) for n in ROUNDS})


def _seeds(config: Config, until: float) -> tuple[str, Points]:
    return "searches of one round each", _searches(config, until, {n: (1, n) for n in SEEDS})


def _searches(config: Config, until: float, cases: Mapping[float, tuple[int, int]]) -> Points:
    """Return the seconds of searches in one process, without compilation.

    Args:
        config: the options.
        until: when no more turns should begin than give a spread.
        cases: rounds, and how many searches one after the other, by what grows.
    """
    points: Points = {at: [] for at in cases}
    small = replace(config, batch_size=min(config.batch_size, SEARCHED["train"]))
    with tempfile.TemporaryDirectory() as folder:
        prepared = pictures.prepared_set(Path(folder), SEARCHED, imp.SIDE)
        for turn in range(LEAST_TURNS):
            if turn and time.perf_counter() > until:
                break
            for at, (rounds, seeds) in cases.items():
                paths = [Path(folder) / f"run{turn}-{at:g}-{seed}" for seed in range(seeds)]
                accounts = [imp.search(small, prepared, path, rounds, 1) for path in paths]
                seconds = (sum(each.values()) - each["compile"] for each in accounts)
                points[at].append(sum(seconds))
    return points


def _points(runs: Mapping[int, Run], config: Config, until: float) -> Points:
    times = interleave({str(at): run for at, run in runs.items()}, config.turns, until)
    return {float(at): times.calls[str(at)].tolist() for at in runs}


GROWN: dict[str, Callable[[Config, float], tuple[str, Points]]] = {
    "pictures in a batch": _batch,
    "pixels of a picture": _size,
    "weights": _weights,
    "pictures of a set": _pictures,
    "levels": _rounds,
    "seeds": _seeds,
}
"""What grows, and what measures it."""
