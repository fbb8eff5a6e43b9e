import math
import time
from dataclasses import replace

import pytest

from experiments.measuring.speed import (
    dispatch,
    inference,
    sections,
    select,
    step,
    tickets,
)
from experiments.measuring.speed.table import Table

TINY = "tests.experiments.tiny_network:TinyNetwork"


def figures(table):
    """Yield every figure of a table, ends of spreads among them."""
    for row in table.rows:
        for value in row.values():
            for each in value if isinstance(value, tuple) else [value]:
                if isinstance(each, float | int):
                    yield each


def check(table, rows):
    assert len(table.rows) == rows
    assert all(math.isfinite(value) and value > 0 for value in figures(table))
    for row in table.rows:
        for value in row.values():
            if isinstance(value, tuple):
                middle, low, high = value
                assert low <= middle <= high


@pytest.mark.parametrize("section", [inference, step], ids=["inference", "step"])
def test_models_are_measured_alone_and_beside_pytorch(section, config, until, torch):
    table = section.measure(replace(config, torch=True), until)
    check(table, 1)
    row = table.rows[0]
    assert (row["model"], row["pixels"], row["turns"]) == ("meso4", 32, 3)
    assert row["torch_ms"] == row[f"{row['best'].replace(' ', '_')}_ms"]
    assert {"ratio", "contiguous_ms", "channels_last_ms", "matmul_share"} <= row.keys()


def test_tickets_together_are_measured_beside_one_after_the_other(config, until):
    table = tickets.measure(replace(config, models=(TINY,)), until)
    check(table, 3)
    assert [row["way"] for row in table.rows] == [tickets.ALONE, *tickets.WAYS]
    assert table.rows[0]["ratio"] == (1, 1, 1)


def test_dispatches_are_measured_where_the_device_is_no_cpu(config, until):
    table = dispatch.measure(config, until)
    assert not table.rows
    assert "Not measured on a CPU" in table.notes[0]
    found = dispatch.rows(config, TINY, 32, until)
    assert [row["way"] for row in found] == [dispatch.SENT, "two steps", "bfloat16"]
    assert found[0]["ratio"] == (1, 1, 1)
    check(Table("", {}, found), 3)


def test_without_pytorch_its_columns_are_empty_and_say_why(config, until):
    table = select.measure(config, until)
    check(table, 2)
    assert not any("torch_ms" in row for row in table.rows)
    assert any("--torch" in note for note in table.notes)


def test_selection_is_measured_beside_pytorch(config, until, torch):
    table = select.measure(replace(config, torch=True), until)
    check(table, 2)
    assert all({"ratio", "torch_ms", "ours_ms"} <= row.keys() for row in table.rows)


@pytest.mark.parametrize("section", [inference, select, step], ids=["inference", "select", "step"])
def test_what_there_is_no_time_for_is_named(section, config):
    table = section.measure(config, time.perf_counter())
    assert not table.rows
    assert any("Left out for lack of time: " in note for note in table.notes)


def test_a_section_that_fails_does_not_end_the_others(config, monkeypatch):
    def fail(config, until):
        raise ValueError("broken")

    given = {
        "select": sections.Part("a", 1, fail),
        "step": sections.Part("b", 1, lambda config, until: Table("about", {})),
    }
    monkeypatch.setattr(sections, "SECTIONS", given)
    said = []
    done = sections.measure(config, ["select", "step"], lambda name, table: said.append(name))
    assert list(done.tables) == said == ["step"]
    assert done.left_out == {"select": "it failed: broken"}
    assert [str(error) for error in done.failures] == ["broken"]


def test_sections_share_the_time_and_what_one_leaves_is_for_the_next(config, monkeypatch):
    clock, ends = [0.0], []
    monkeypatch.setattr(time, "perf_counter", lambda: clock[0])

    def take(seconds):
        def measure(config, until):
            ends.append(until)
            clock[0] += seconds
            return Table("about", {})

        return measure

    given = {name: sections.Part(name, share, take(seconds)) for name, share, seconds in
             [("step", 2, 10), ("select", 1, 49), ("inference", 1, 1)]}  # fmt: skip
    monkeypatch.setattr(sections, "SECTIONS", given)
    monkeypatch.setattr(sections, "PLANNED", 1.0)
    done = sections.measure(replace(config, minutes=1), list(given), lambda *_: None)
    assert ends == [30, 10 + 50 / 2]
    assert done.left_out == {"inference": "no time was left"}
