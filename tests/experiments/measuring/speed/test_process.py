import sys

import pytest

from experiments.measuring.machine import cores
from experiments.measuring.speed import compile, memory, process, workers
from experiments.measuring.speed.process import Process, job

TINY = "tests.experiments.tiny_network:TinyNetwork"


def test_a_fresh_process_trains_for_as_long_as_it_is_asked(config):
    mine = cores() or None
    with Process(job(config, TINY, 32, "ours", mine)) as fresh:
        started = fresh.answer()
        assert started["peak_bytes"] >= started["imported_bytes"] > 1 << 20
        assert min(started["imports"], started["build"], started["first"]) > 0
        fresh.ask(0.01)
        answer = fresh.answer()
    assert answer["steps"] >= 1
    assert answer["seconds"] >= 0.01


def test_a_process_that_ends_is_no_answer(config):
    with (
        Process(job(config, "none_such", 32, "ours")) as fresh,
        pytest.raises(RuntimeError, match=r"ended with status 1: ValueError: .*none_such"),
    ):
        fresh.answer()


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere it is the process's own anyway")
def test_memory_is_not_that_of_the_process_before():
    held = bytearray(64 << 20)
    assert process.resident() > len(held)


class Fake:
    """Answers at once, of a process of so many steps a second a core."""

    def __init__(self, job, environment=None):
        self.job, self.environment = job, environment or {}
        self.answers = [{
            "imports": 1.0, "build": 2.0, "first": 3.0, "imported_bytes": 2**20,
            "peak_bytes": {"ours": 4, "torch": 2}[job["engine"]] * 2**20, "device_bytes": None,
        }]  # fmt: skip

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def ask(self, seconds):
        steps = 30 if self.job["cores"] is None else 20
        self.answers.append({"steps": steps, "seconds": 2.0})

    def answer(self):
        return self.answers.pop()


def test_memory_is_that_of_each_engine(config, until, monkeypatch, torch):
    monkeypatch.setattr(memory, "Process", Fake)
    alone = memory.measure(config, until)
    assert alone.rows == [{"model": "meso4", "pixels": 32, "ours_mib": 4, "ours_imported_mib": 1}]
    monkeypatch.setattr(memory.theirs, "absent", lambda *_: False)
    both = memory.measure(config, until).rows[0]
    assert (both["torch_mib"], both["ratio"]) == (2, 2)


def test_the_second_start_finds_what_the_first_kept(config, until, monkeypatch):
    folders = []

    class Remembering(Fake):
        def __init__(self, job, environment):
            super().__init__(job)
            folders.append(environment["JAX_COMPILATION_CACHE_DIR"])

    monkeypatch.setattr(compile, "Process", Remembering)
    (row,) = compile.measure(config, until).rows
    assert row["cold_s"] == row["warm_s"] == 3
    assert folders[0]
    assert folders[0] == folders[1]


def test_processes_of_one_core_are_added_up(config, until, monkeypatch):
    monkeypatch.setattr(workers, "Process", Fake)
    monkeypatch.setattr(workers, "cores", lambda: [0, 3])
    (row,) = workers.measure(config, until).rows
    assert row["processes"] == 2
    assert row["together"] == (20, 20, 20)
    assert row["alone"] == (15, 15, 15)
    assert row["ratio"] == pytest.approx((4 / 3,) * 3)


def test_one_core_has_nothing_side_by_side(config, until, monkeypatch):
    monkeypatch.setattr(workers, "cores", lambda: [0])
    table = workers.measure(config, until)
    assert not table.rows
    assert "Not measured" in table.notes[0]
