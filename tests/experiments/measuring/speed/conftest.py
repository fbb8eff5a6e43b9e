import time

import pytest

from experiments.measuring.speed import interleave, rates, select
from experiments.options.benchmark import Config


@pytest.fixture(autouse=True)
def tiny(monkeypatch):
    """Let every section measure as little as it can."""
    monkeypatch.setattr(interleave, "TURN", 0.0)
    monkeypatch.setattr(rates, "SIZES", {"cpu": (8, 8)})
    monkeypatch.setattr(select, "WEIGHTS", (2_000, 4_000))


@pytest.fixture
def config():
    return Config(models=("meso4",), image_sizes=(32,), batch_size=2, turns=3, torch=False)


@pytest.fixture
def until():
    """A time that is not reached."""
    return time.perf_counter() + 1000
