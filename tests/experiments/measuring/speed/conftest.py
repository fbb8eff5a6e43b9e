import time

import pytest

from experiments.measuring.speed import (
    dispatch,
    growth,
    imp,
    input,
    interleave,
    process,
    projection,
    rates,
    select,
    tickets,
    workers,
)
from experiments.options.benchmark import Config

SMALL = (
    (interleave, "TURN", 0.0),
    (rates, "SIZES", {"cpu": (8, 8)}),
    (select, "WEIGHTS", (2_000, 4_000)),
    (input, "PICTURES", 8),
    (input, "SIDE", 40),
    (input, "FORMS", ("png",)),
    (imp, "COUNTS", {"train": 8, "validation": 4, "test": 4}),
    (imp, "SIDE", 40),
    (imp, "EPOCHS", 1),
    (imp, "ROUNDS", 1),
    (process, "STEPS", 1),
    (workers, "SECONDS", 0.05),
    (growth, "BATCHES", (2, 4)),
    (growth, "SIZES", (32, 40)),
    (growth, "ROUNDS", (0, 1)),
    (growth, "SEEDS", (1, 2)),
    (growth, "COUNTS", {"train": 8, "validation": 4, "test": 2}),
    (growth, "SEARCHED", {"train": 4, "validation": 2, "test": 2}),
    (tickets, "TICKETS", 2),
    (dispatch, "HELD", 8),
    (
        dispatch,
        "WAYS",
        {
            dispatch.SENT: (1, False, "float32"),
            "two steps": (2, True, "float32"),
            "bfloat16": (1, True, "bfloat16"),
        },
    ),
    (projection, "MODEL", "meso4"),
)


@pytest.fixture(autouse=True)
def small(monkeypatch):
    """Let every section measure as little as it can."""
    for module, name, value in SMALL:
        monkeypatch.setattr(module, name, value)


@pytest.fixture
def config():
    return Config(models=("meso4",), image_sizes=(32,), batch_size=2, turns=3, torch=False)


@pytest.fixture
def until():
    """A time that is not reached."""
    return time.perf_counter() + 1000
