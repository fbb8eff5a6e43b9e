"""Over how many cores a run splits its batches: as it began, as measured before, or as now."""

import io
import json
from functools import partial

import jax
import pytest
from rich.console import Console

from experiments.cells import measured, splitting
from experiments.cells.measured import Load, Measured, keep, measurer, read
from experiments.cells.splitting import choose_split, split_step
from experiments.one_run.shared import Shared
from experiments.options.imp import Config
from jaxticket.parallel import make_mesh
from tests.tiny import SIDE

LOAD = Load(Config(model="resnet18", image_size=128), 400)
NEW = Measured(0.5, 1e9, {"2": 0.9, "4": 1.25})


@pytest.fixture
def chosen(monkeypatch, tmp_path):
    """Choose on a machine of four cores, on which measuring finds what is given."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(splitting, "available_cores", lambda: 4)
    monkeypatch.setattr(splitting, "accelerators", lambda: ("cpu", 0))
    asked = []

    def choose(found=NEW, load=LOAD):
        def measure(kind, steps, compare):
            asked.append((kind, steps))
            if isinstance(found, Exception):
                raise found
            return found

        monkeypatch.setattr(splitting, "measure", measure)
        console = Console(file=io.StringIO(), width=300)
        number, why = choose_split(load, 3.5, tmp_path / "run", console)
        assert why in console.file.getvalue()
        return number, console.file.getvalue()

    choose.asked = asked
    return choose


def begin(tmp_path, **said):
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "environment.json").write_text(json.dumps({"backend": "cpu"} | said))


def test_the_most_steps_in_a_second_are_chosen_and_kept_beside_what_workers_do(chosen):
    keep({LOAD.key: Measured(0.4, 2e9, {"2": 1.3})})
    number, said = chosen()
    assert number == 4
    assert "each batch is split over 4 cores: 4 devices do 1.25 times the steps of one" in said
    assert "measured now, in 0 s, and kept" in said
    assert read() == {LOAD.key: Measured(0.5, 1e9, {"2": 1.3}, {"2": 0.9, "4": 1.25})}
    number, said = chosen(found=None)
    assert (number, "measured before on this machine" in said) == (4, True)
    assert chosen.asked == [(LOAD, 1400.0)]


def test_no_gain_is_no_reason(chosen):
    number, said = chosen(Measured(0.5, 1e9, {"2": 0.9, "4": 1.04}))
    assert number == 1
    assert "batches are not split: 4 devices do 1.04 times the steps of one" in said


def test_little_work_is_not_measured(chosen):
    number, said = chosen(found=None)
    assert (number, "too little is left for measuring to pay" in said) == (1, True)
    assert read() == {}


def test_a_run_that_is_there_keeps_its_number_and_its_reason(chosen, tmp_path):
    keep({LOAD.key: Measured(0.5, 1e9, {}, {"4": 1.25})})
    begin(tmp_path, devices=2, split_batch="2 devices do 1.19 times the steps")
    number, said = chosen()
    assert (number, chosen.asked) == (2, [])
    assert "each batch is split over 2 cores: 2 devices do 1.19 times the steps" in said


@pytest.mark.parametrize(("devices", "number"), [(1, 1), (8, 4)])
def test_a_run_on_more_cores_goes_on_with_those_there_are(chosen, tmp_path, devices, number):
    begin(tmp_path, devices=devices)
    found, said = chosen()
    assert (found, "as the run began" in said) == (number, True)


def test_a_run_of_another_kind_of_device_is_no_measure(chosen, tmp_path):
    begin(tmp_path, backend="gpu", devices=2)
    assert chosen()[0] == 4


def test_cores_that_cannot_share_a_batch_are_not_tried(chosen):
    number, said = chosen(load=Load(Config(batch_size=7), 400))
    assert (number, "4 cores cannot share a batch of 7" in said) == (1, True)


def test_on_an_accelerator_nothing_is_measured(chosen, monkeypatch):
    monkeypatch.setattr(splitting, "accelerators", lambda: ("gpu", 8))
    assert (chosen()[0], chosen.asked) == (1, [])


def test_a_failure_costs_the_measurement_alone(chosen):
    number, said = chosen(RuntimeError("a worker that measures died: how"))
    assert (number, "measuring what is faster failed: a worker that" in said) == (1, True)
    assert read() == {}


def test_a_step_over_devices_is_taken_for_a_while(monkeypatch):
    monkeypatch.setattr(measured, "TURN_SECONDS", 0.0)
    mesh = make_mesh(1, 4, jax.devices()[:1])  # more there are only in a process of its own
    monkeypatch.setattr(splitting, "split", lambda *_: Shared(1, mesh=mesh))
    model = "tests.experiments.tiny_network:TinyNetwork"
    load = Load(Config(model=model, image_size=SIDE, batch_size=4), 10)
    console = Console(file=io.StringIO())
    do = measurer(partial(split_step, load, 2), console)
    for what in ("prepare", "measure"):
        do(what, None)
    held, rate = map(float, console.file.getvalue().split())
    assert held > 4 * SIDE * SIDE * 3
    assert rate > 0
