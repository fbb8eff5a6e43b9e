"""A whole small search for a ticket, beside the same protocol written plainly in PyTorch."""

import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import jax
import numpy as np
from jax.experimental.compilation_cache import compilation_cache

from experiments.measuring.speed import pictures, theirs
from experiments.measuring.speed.table import Table, name_left_out, spread
from experiments.options.benchmark import Config
from jaxticket import lottery
from jaxticket.data import load_examples, training_batches
from jaxticket.data.prepared import PreparedSet
from jaxticket.lottery import Execution, find_ticket, make_budget
from jaxticket.models import build
from jaxticket.recipe import Recipe
from jaxticket.runs import Clock, Run, describe_environment
from jaxticket.training import create_state
from jaxticket.weights import dense

COUNTS = {"train": 512, "validation": 128, "test": 128}
SIDE = 96
EPOCHS, ROUNDS = 4, 2
ACTIVITIES = (
    "train", "data", "evaluate", "statistics", "prune", "checkpoint", "compile", "load pictures",
    "other",
)  # fmt: skip
HEADS = {
    "who": "",
    "ratio": "ours / PyTorch",
    "wall": "wall (s)",
    **{name: f"{name} (s)" for name in ACTIVITIES},
}
COMPILES, KEPT, PLAIN = "jaxticket", "jaxticket, programs kept", "PyTorch"
Search = Callable[[Config, PreparedSet, Path, int, int], dict[str, float]]


def measure(config: Config, until: float) -> Table:
    """Return the table."""
    model, size = config.models[0], config.image_sizes[0]
    splits = ", ".join(f"{count} {split}" for split, count in COUNTS.items())
    table = Table(
        f"{model} at {size} pixels, {1 + ROUNDS} levels of {EPOCHS} epochs, Adam, batch "
        f"{config.batch_size}; {splits} pictures of a prepared set. Both decode once, validate "
        "after every epoch, prune 20% by global magnitude, go back to the first weights, keep a "
        "checkpoint of every level and evaluate it; ours also keeps a log, predictions and "
        "figures, and compiles in every turn, or finds its programs kept, as a second run does. "
        "Python's imports are not counted. Median [quartiles] of turns.",
        HEADS,
    )
    searches: dict[str, Search] = {COMPILES: search, KEPT: search}
    if not theirs.absent(config.torch, table.notes) and theirs.has(model, size):
        from experiments.measuring.speed.torch_imp import search as torch_search

        searches[PLAIN] = torch_search
    with tempfile.TemporaryDirectory() as folder:
        prepared = pictures.prepared_set(Path(folder), COUNTS, SIDE)
        accounts: dict[str, list[dict[str, float]]] = {name: [] for name in searches}
        programs = Path(folder) / "programs"
        with keeping_programs(programs):
            search(config, prepared, Path(folder) / "first", ROUNDS, EPOCHS)
        longest = 0.0
        for turn in range(config.turns):
            begin = time.perf_counter()
            if turn and begin + longest > until:
                break
            for number, (name, one) in enumerate(searches.items()):
                path = Path(folder) / f"{turn}-{number}"
                with keeping_programs(programs if name == KEPT else None):
                    accounts[name].append(one(config, prepared, path, ROUNDS, EPOCHS))
            longest = max(longest, time.perf_counter() - begin)
    table.rows = _rows(accounts)
    turns = len(accounts[COMPILES])
    if turns < config.turns:
        name_left_out(table, [f"{config.turns - turns} of {config.turns} turns"])
    return table


def search(
    config: Config, prepared: PreparedSet, folder: Path, rounds: int, epochs: int
) -> dict[str, float]:
    """Find a ticket as experiments.imp does, without its report; return seconds by activity.

    Args:
        config: names model, size and batch.
        prepared: the pictures.
        folder: of the run, new.
        rounds: prunings.
        epochs: of a level.
    """
    recipe = Recipe(
        model=config.models[0], image_size=config.image_sizes[0], batch_size=config.batch_size,
        epochs=epochs, rounds=rounds, data_name=prepared.name,
        data_fingerprint=prepared.fingerprint, synthetic=True,
    )  # fmt: skip
    clock = Clock()
    detector = build(recipe.model)
    budget = make_budget(recipe, prepared.splits["train"])
    with Run(folder, recipe, describe_environment()) as run:
        with clock.measure("checkpoint"):
            fresh = dense(*detector.init(jax.random.key(recipe.seed), recipe.image_size))
            init = run.beginning(fresh)
        with clock.measure("load pictures"):
            train, validation, test = (
                load_examples(prepared, split, recipe.image_size)
                for split in ("train", "validation", "test")
            )
        experiment = lottery.assemble(recipe, detector, init, budget, train, validation, test)
        with clock.measure("compile"):
            batch = next(training_batches(experiment.train, budget.batch_size, seed=0))
            state = create_state(init, experiment.optimizer, seed=0)
            state, _ = experiment.step(state, init.masks, batch)
            jax.block_until_ready(
                experiment.evaluate(state.params, state.batch_stats, batch["image"])
            )
        with Execution(run, budget.steps, clock=clock) as execution:
            find_ticket(experiment, init, execution)
    return clock.account()


@contextmanager
def keeping_programs(folder: Path | None) -> Iterator[None]:
    """Inside, JAX keeps compiled programs in a folder and finds them there; with None it does not.

    Args:
        folder: where; it is made.
    """
    config: Any = jax.config
    wanted = {
        "jax_compilation_cache_dir": None if folder is None else str(folder),
        "jax_persistent_cache_min_compile_time_secs": 0.0,
        "jax_persistent_cache_min_entry_size_bytes": -1,
    }
    before = {name: getattr(config, name) for name in wanted}
    try:
        _configure(wanted)
        yield
    finally:
        _configure(before)


def _configure(values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        jax.config.update(name, value)
    compilation_cache.reset_cache()  # it looks for its folder once


def _rows(accounts: dict[str, list[dict[str, float]]]) -> list[dict[str, Any]]:
    walls = {
        name: np.array([sum(account.values()) for account in turns])
        for name, turns in accounts.items()
    }
    rows = []
    for name, turns in accounts.items():
        row: dict[str, Any] = {"who": name, "wall": spread(walls[name]), "turns": len(turns)}
        for activity in sorted({activity for account in turns for activity in account}):
            seconds = [account.get(activity, 0.0) for account in turns]
            row[activity] = float(np.median(seconds))
        if name != PLAIN and PLAIN in walls:
            row["ratio"] = spread(walls[name] / walls[PLAIN])
        rows.append(row)
    return rows
