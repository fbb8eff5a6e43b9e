"""Cells are trained once, in order, by however many processes."""

import io
import os
from pathlib import Path

import pytest
from rich.console import Console

from experiments.cells import work as work_module
from experiments.cells.cell import Cell, Figures, is_done, needed
from experiments.cells.work import work
from experiments.evaluate import Config as EvaluateConfig
from experiments.options.imp import Config
from jaxticket.runs.evaluations import Evaluations
from jaxticket.runs.files import write_json
from jaxticket.runs.opening import is_locked, lock

CONSOLE = Console(file=io.StringIO())


def cell(name, *needs):
    return Cell(name, "imp", Config(run_dir=Path(name)), needs, 1, "meso4", "x")


CELLS = [cell("a"), cell("b", "a"), cell("c", "b"), cell("d")]


def finish(folder, name):
    (folder / name).mkdir(exist_ok=True)
    for file in ("summary.json", "report.html"):
        (folder / name / file).write_text("{}")


def trainer(folder, trained, fail=()):
    def train(one, console):
        if one.name in fail:
            raise ValueError(f"{one.name} is bad")
        assert all((folder / name / "summary.json").is_file() for name in one.needs)
        trained.append(one.name)
        finish(folder, one.name)

    return train


def test_each_cell_once_and_after_what_it_needs(tmp_path):
    trained = []
    finish(tmp_path, "a")
    failed = work(CELLS[::-1], tmp_path, CONSOLE, trainer(tmp_path, trained))
    assert failed == {}
    assert trained == ["d", "b", "c"]
    assert all(is_done(one, tmp_path) for one in CELLS)
    work(CELLS, tmp_path, CONSOLE, trainer(tmp_path, trained))
    assert len(trained) == 3


def test_a_run_that_was_ended_before_its_page_is_gone_on_with(tmp_path):
    for name in "abcd":
        finish(tmp_path, name)
    (tmp_path / "b" / "report.html").unlink()
    trained = []
    work(CELLS, tmp_path, CONSOLE, trainer(tmp_path, trained))
    assert trained == ["b"]


def test_a_failed_cell_costs_those_that_need_it_and_no_others(tmp_path):
    trained = []
    failed = work(CELLS, tmp_path, CONSOLE, trainer(tmp_path, trained, fail=("b",)))
    assert trained == ["a", "d"]
    assert failed == {"b": "b is bad", "c": "it needs b, which failed"}


def test_what_another_process_is_at_is_waited_for(tmp_path, monkeypatch):
    """The other one is at `a`, and done with it when we have waited twice."""
    trained, waits = [], []
    real = trainer(tmp_path, trained)

    def train(one, console):
        if one.name == "a":
            raise BlockingIOError("locked")
        real(one, console)

    def wait(seconds):
        waits.append(seconds)
        if len(waits) == 2:
            finish(tmp_path, "a")

    monkeypatch.setattr(work_module.time, "sleep", wait)
    assert work(CELLS, tmp_path, CONSOLE, train) == {}
    assert trained == ["d", "b", "c"]
    assert waits == [work_module.WAIT_SECONDS] * 2


def test_an_error_of_the_program_itself_is_not_swallowed(tmp_path):
    def train(one, console):
        raise KeyError("bug")

    with pytest.raises(KeyError):
        work(CELLS, tmp_path, CONSOLE, train)


def test_what_a_cell_needs_comes_before_it():
    assert [one.name for one in needed(CELLS[::-1], CELLS[2])] == ["a", "b", "c"]
    assert [one.name for one in needed(CELLS, CELLS[3])] == ["d"]


def test_the_command_of_a_cell():
    assert CELLS[0].line() == "python -m experiments.imp --run_dir=a"
    assert cell("my cells/a").line() == "python -m experiments.imp '--run_dir=my cells/a'"


def test_a_locked_cell_is_not_begun_and_told_once(tmp_path, monkeypatch):
    """The other process stops without an end, so the cell is taken over."""
    trained, waits = [], []
    (tmp_path / "a").mkdir()
    handle = lock(tmp_path / "a" / "lock")

    def wait(seconds):
        assert trained == ["d"]
        waits.append(seconds)
        if len(waits) == 3:
            os.close(handle)

    monkeypatch.setattr(work_module.time, "sleep", wait)
    console = Console(file=io.StringIO(), width=200)
    assert work(CELLS, tmp_path, console, trainer(tmp_path, trained)) == {}
    assert trained == ["d", "a", "b", "c"]
    assert len(waits) == 3
    lines = console.file.getvalue().splitlines()
    assert lines.count("a: another process is at it") == 1
    assert len(lines) == 5


def test_the_locks_of_cells(tmp_path):
    assert CELLS[0].lock(tmp_path) == tmp_path / "a" / "lock"
    with Evaluations(tmp_path / "a", "x", "f" * 64, "test"):
        assert is_locked(MOVED.lock(tmp_path))


def test_a_request_to_stop_between_two_cells_is_heard(tmp_path, monkeypatch):
    trained = []
    real = trainer(tmp_path, trained)

    def train(one, console):
        real(one, console)
        monkeypatch.setattr(work_module, "stopped_by", lambda: 15)

    with pytest.raises(KeyboardInterrupt, match="between two cells"):
        work(CELLS, tmp_path, CONSOLE, train)
    assert trained == ["a"]


def test_a_device_without_memory_costs_its_cell(tmp_path):
    trained = []
    real = trainer(tmp_path, trained)

    def train(one, console):
        if one.name == "a":
            raise RuntimeError("RESOURCE_EXHAUSTED")
        real(one, console)

    failed = work(CELLS, tmp_path, CONSOLE, train)
    assert failed["a"] == "RESOURCE_EXHAUSTED"
    assert trained == ["d"]


PAIRS = frozenset({("clean", 0), ("clean", 2), ("jpeg:3", 2)})
MOVED = Cell("moved", "evaluate", EvaluateConfig(run=Path("a")), ("a", "d"), 0, "meso4", "x",
             Figures("a", "d", PAIRS))  # fmt: skip


def write_figures(folder, pairs, fingerprint="f" * 64):
    place = folder / "a" / "evaluations" / f"x-{fingerprint[:8]}" / "test"
    place.mkdir(parents=True, exist_ok=True)
    cells = [{"corruption": corruption, "level": level} for corruption, level in pairs]
    write_json(place / "figures.json", {"cells": cells})


def test_an_evaluation_is_done_when_its_figures_are_there(tmp_path):
    assert not is_done(MOVED, tmp_path)
    for name in ("a", "d"):
        finish(tmp_path, name)
    write_json(tmp_path / "d" / "config.json", {"data_name": "x", "data_fingerprint": "f" * 64})
    assert not is_done(MOVED, tmp_path)
    write_figures(tmp_path, PAIRS, "e" * 64)
    assert not is_done(MOVED, tmp_path)
    write_figures(tmp_path, PAIRS - {("jpeg:3", 2)})
    assert not is_done(MOVED, tmp_path)
    write_figures(tmp_path, PAIRS | {("blur:1", 0)})
    assert is_done(MOVED, tmp_path)


def test_a_cell_that_leaves_nothing_is_not_done_again_and_again(tmp_path):
    asked = []
    failed = work(CELLS[:2], tmp_path, CONSOLE, lambda one, console: asked.append(one.name))
    assert asked == ["a"]
    assert "what it was to leave is not there" in failed["a"]
    assert failed["b"] == "it needs a, which failed"
