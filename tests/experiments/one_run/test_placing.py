import json
from dataclasses import replace
from types import SimpleNamespace

import jax
import numpy as np
import pytest

from experiments.one_run.placing import Placing, place, placing_of
from experiments.options.imp import Config
from jaxticket.lottery import Budget
from jaxticket.training import Chunks
from tests.tiny import tiny_experiment

BUDGET = Budget(epochs=2, steps_per_epoch=48, batch_size=32)
CONFIG = Config(image_size=64)
SIZE = 3 * 64**2 * 300
"""Bytes of the pictures of `Pictures`."""


class Pictures:
    def count(self, split):
        return {"train": 200, "validation": 60, "test": 40}[split]


def chosen(config=CONFIG, *runs, budget=BUDGET):
    return placing_of(config, Pictures(), budget, *runs)


@pytest.fixture
def gpu(monkeypatch):
    """A GPU without more than its name and its memory."""
    told = {"bytes_limit": 4 * SIZE}
    monkeypatch.setattr(jax, "default_backend", lambda: "gpu")
    monkeypatch.setattr(jax, "local_devices", lambda: [SimpleNamespace(memory_stats=lambda: told)])
    return told


def test_on_a_cpu_batches_are_sent_for_one_step_each_and_nothing_is_said_of_it():
    assert chosen() == Placing("host", 1)
    assert (Placing().described(), Placing().lines()) == ({}, [])


def test_on_a_gpu_the_pictures_lie_there_if_they_fit_and_an_epoch_has_few_dispatches(gpu):
    assert chosen() == Placing("device", 24)
    assert chosen(budget=replace(BUDGET, checkpoint_every=10)) == Placing("device", 8)
    assert chosen().described() == {"data_on": "device", "steps_per_dispatch": 24}
    assert chosen().lines() == ["pictures lie on the device; 24 training steps a dispatch"]
    gpu["bytes_limit"] -= 1
    assert chosen() == Placing("host", 1)
    assert Placing().described() == {"data_on": "host", "steps_per_dispatch": 1}
    gpu.clear()  # as a device that does not tell
    assert chosen() == Placing("device", 24)


def test_what_is_asked_for_is_done(gpu):
    assert chosen(replace(CONFIG, data_on="host")) == Placing("host", 1)
    assert chosen(replace(CONFIG, steps_per_dispatch=5)) == Placing("device", 5)
    with pytest.raises(ValueError, match="--steps_per_dispatch must be at least 1, not 0"):
        chosen(replace(CONFIG, steps_per_dispatch=0))


def test_a_run_goes_on_as_it_began_on_such_a_device(gpu, tmp_path):
    began, ticket, away = (tmp_path / name for name in ("began", "ticket", "away"))
    for run, said in (
        (began, {"backend": "gpu", "data_on": "device", "steps_per_dispatch": 7}),
        (ticket, {"backend": "gpu"}),  # an older one, which said nothing of it
        (away, {"backend": "cpu"}),
    ):
        run.mkdir()
        (run / "environment.json").write_text(json.dumps(said))
    assert chosen(CONFIG, began) == chosen(CONFIG, tmp_path / "new", began) == Placing("device", 7)
    assert chosen(CONFIG, began, ticket) == Placing("device", 7)
    assert chosen(CONFIG, ticket) == Placing("host", 1)
    assert chosen(CONFIG, away) == Placing("device", 24)
    assert chosen(replace(CONFIG, steps_per_dispatch=1), began) == Placing("device", 1)
    (began / "environment.json").write_text("{")
    assert chosen(CONFIG, began) == Placing("device", 24)


def test_placed_on_the_device_every_split_lies_there():
    experiment, _ = tiny_experiment()
    same, trainer = place(experiment, Placing())
    assert (same, trainer) == (experiment, None)
    placed, trainer = place(experiment, Placing("device", 1))
    assert isinstance(trainer, Chunks)
    assert sorted(placed.held) == ["test", "train", "validation"]
    for split, held in placed.held.items():
        np.testing.assert_array_equal(held, getattr(experiment, split).pictures)
    assert place(experiment, Placing("host", 2))[0].held == {}


def test_several_steps_on_a_cpu_are_warned_of():
    assert Placing("host", 2).lines() == [
        "pictures lie on the host; 2 training steps a dispatch",
        "several steps a dispatch make a CPU many times slower",
    ]
