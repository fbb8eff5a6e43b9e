"""How many workers do most: what was measured, what is measured now, and when nothing is."""

import io
import re
from dataclasses import replace
from functools import partial

import pytest
from rich.console import Console

from experiments.cells import measured
from experiments.cells.measured import Load, Measured, choose, keep, read
from experiments.cells.places import Place
from experiments.options.imp import Config
from tests.experiments.cells.fake_training import FakeCell, make_count
from tests.experiments.cells.leader import CORE
from tests.tiny import SIDE

CELLS = [FakeCell("a", "", (), 6), FakeCell("b", "", (), 6), FakeCell("c", "", ("a",), 1)]
LOAD = Load(Config(model="resnet18"), 400)


@pytest.fixture
def chosen(monkeypatch, tmp_path):
    """Choose on a machine of four cores; return how many, and what is said."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(measured, "cores", lambda: [0, 1, 2, 3])
    monkeypatch.setattr(measured, "accelerators", lambda: ("cpu", 0))
    monkeypatch.setattr(measured, "places", lambda workers: [Place((CORE,))] * workers)

    def choose_of(cells=CELLS, load=LOAD):
        console = Console(file=io.StringIO(), width=300)
        own = choose(cells, tmp_path, console, lambda _: load)
        return len(own), console.file.getvalue()

    return choose_of


@pytest.fixture
def rounds(monkeypatch):
    """Have workers, of which nothing is begun, say the steps in a second that are given here."""
    rates, asked = {1: 10.0}, []

    class FakeTeam:
        def __init__(self, given, make_train, width):
            self.count = len(given)

        def __enter__(self):
            return self

        def __exit__(self, *_):
            pass

    def one(team, count, what):
        asked.append((count, what))
        return rates[count] if what == "measure" else 1e9

    monkeypatch.setattr(measured, "Team", FakeTeam)
    monkeypatch.setattr(measured, "_round", one)
    monkeypatch.setattr(measured, "_available", lambda: 64e9)
    return rates, asked


def test_the_most_steps_in_a_second_are_chosen_and_kept(chosen, rounds):
    rates, asked = rounds
    rates.update({2: 13.0, 3: 12.0})
    count, said = chosen()
    assert count == 2
    assert "2 trainings side by side: 2 do 1.30 times the steps of one on all cores" in said
    assert re.search(r"measured now, in \d+ s, and kept$", said.strip())
    assert read()[LOAD.key].ratios == pytest.approx({"3": 1.2, "2": 1.3})
    before = len(asked)
    for cells in (CELLS, CELLS[1:]):
        count, said = chosen(cells)
        assert (count, len(asked)) == (2, before)
        assert "2 do 1.30 times the steps of one on all cores, measured before on this" in said


def test_no_gain_is_no_reason(chosen, rounds):
    rounds[0].update({2: 10.4, 3: 8.0})
    count, said = chosen()
    assert count == 1
    assert "one training after the other: 2 do 1.04 times the steps of one" in said


def test_what_memory_does_not_hold_is_not_tried(chosen, rounds, monkeypatch):
    rounds[0].update({2: 13.0})
    monkeypatch.setattr(measured, "_available", lambda: 2 * 1.7e9)
    assert chosen()[0] == 2
    assert read()[LOAD.key].ratios.keys() == {"2"}


def test_without_memory_for_two_none_is_tried(chosen, rounds, monkeypatch):
    monkeypatch.setattr(measured, "_available", lambda: 1.7e9)
    count, said = chosen()
    assert (count, "not enough memory for two" in said) == (1, True)


@pytest.mark.parametrize(
    ("cells", "load", "asked"),
    [
        (CELLS[:1], LOAD, 0),  # a single training
        (CELLS, replace(LOAD, steps=10), 0),  # even the slowest network is short
        (CELLS, replace(LOAD, steps=150), 2),  # this one is, as is seen when it runs alone
    ],
)
def test_little_work_is_not_measured(chosen, rounds, monkeypatch, cells, load, asked):
    rounds[0][1] = 1e12
    assert chosen(cells, load)[0] == 1
    assert len(rounds[1]) == asked
    assert read() == {}


def test_a_failure_costs_the_measurement_alone(chosen, rounds, monkeypatch):
    def fails(*_):
        raise RuntimeError("a worker that measures died: how")

    monkeypatch.setattr(measured, "_round", fails)
    count, said = chosen()
    assert (count, "measuring what is faster failed: a worker that" in said) == (1, True)


@pytest.mark.parametrize(
    ("backend", "devices", "count"), [("gpu", 1, 1), ("gpu", 2, 2), ("gpu", 8, 3), ("tpu", 4, 1)]
)
def test_each_has_a_device_of_its_own_or_is_alone(chosen, monkeypatch, backend, devices, count):
    monkeypatch.setattr(measured, "accelerators", lambda: (backend, devices))
    assert chosen()[0] == count


def test_what_is_kept_is_bounded_and_may_be_damaged(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    one = Measured(0.1, 1e9, {"2": 1.3})
    keep({f"{number:03d}": one for number in range(measured.KEPT + 1)})
    assert len(read()) == measured.KEPT
    assert "000" not in read()
    measured.file().write_text("{")
    assert read() == {}
    measured.file().unlink()
    measured.file().mkdir()
    keep({"a": one})
    assert read() == {}


def test_a_worker_prepares_a_step_once_and_takes_it_for_a_while(monkeypatch):
    monkeypatch.setattr(measured, "TURN_SECONDS", 0.0)
    model = "tests.experiments.tiny_network:TinyNetwork"
    load = Load(Config(model=model, image_size=SIDE, batch_size=4), 10)
    console = Console(file=io.StringIO())
    do = measured.measurer(partial(measured.whole_step, load), console)
    for what in ("prepare", "measure"):
        do(what, None)
    held, rate = map(float, console.file.getvalue().split())
    assert held > 4 * SIDE * SIDE * 3
    assert rate > 0


def test_what_workers_say_is_added_up():
    """As they are: two processes, asked twice."""
    with measured.Team([Place((CORE,))] * 2, make_count, 80) as team:
        assert [measured._round(team, 2, what) for what in ("1.5", "2")] == [3.0, 8.0]
        with pytest.raises(RuntimeError, match="a worker that measures failed: could not convert"):
            measured._round(team, 1, "no number")
