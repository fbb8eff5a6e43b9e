import io
import time

import pytest
from rich.console import Console

from experiments.terminal.evaluation_tables import Progress, tables


@pytest.fixture
def log():
    return Console(file=io.StringIO(), soft_wrap=True, highlight=False, markup=False, width=110)


def lines_of(log):
    return log.file.getvalue().rstrip().splitlines()


def test_a_line_a_corruption_with_the_time_left(monkeypatch, log):
    now = [100.0]
    monkeypatch.setattr(time, "perf_counter", lambda: now[0])
    with Progress(log, 4, 10) as told:
        told("clean", [], 10)
        for done in (5, 10):
            now[0] += 4
            told("jpeg:1", [0, 2], done)
        told("jpeg:1", [0, 2], 10)  # heard once
        now[0] += 8
        told("jpeg:2", [0, 2], 10)
    # Eight seconds a corruption; three and then two, one are left.
    assert lines_of(log) == [
        "clean: kept from before",
        "jpeg:1: 10 pictures, levels 0, 2; 0:16 left",
        "jpeg:2: 10 pictures, levels 0, 2; 0:08 left",
    ]


def row(corruption, level, value, **more):
    return {
        "corruption": corruption, "level": level, "unit": "frames", "by": "all", "name": "",
        "measure": "value", "against": "", "metric": "auc", "value": value, "low": None,
        "high": None,
    } | more  # fmt: skip


ROWS = [
    row("clean", 0, 0.9, low=0.85, high=0.95),
    row("clean", 0, 0.123, unit="videos"),
    row("clean", 0, 0.81, metric="accuracy"),
    row("clean", 2, 0.8),
    row("clean", 2, 0.75, measure="retention", against="dense", low=0.5, high=1.0),
    row("clean", 2, 0.71, by="method", name="Swap"),
    row("clean", 2, 0.62, by="method", name="Swap", metric="recall"),
]


def cells(log, rows):
    for table in tables(rows, {0: 0.0, 1: 0.2, 2: 0.36}, "a run"):
        log.print(table)
    return [
        [cell.strip() for cell in line.split("│")[1:-1]] for line in lines_of(log) if "│" in line
    ]


def test_levels_and_methods(log):
    assert cells(log, ROWS) == [
        ["0", "0.0%", "0.810", "0.900 [0.850, 0.950]", "-", "-"],
        ["2", "36.0%", "-", "0.800", "-", "0.750 [0.500, 1.000]"],
        ["Swap", "- / -", "0.710 / 0.620"],
    ]
    assert "no interval" not in log.file.getvalue()


def test_a_table_without_intervals_says_why(log):
    cells(log, [row("clean", 0, 0.9), row("clean", 2, None)])
    assert "no interval: a class has one test group only" in log.file.getvalue()


def test_corruptions_stand_beside_what_was_kept_of_the_clean(log):
    spoilt = [
        row("jpeg:3", 2, 0.65),
        row("jpeg:3", 2, 0.5, measure="retention", against="clean"),
        row("jpeg:3", 2, 0.4, measure="retention", against="dense"),
        row("jpeg:3", 0, None, measure="retention", against="clean"),
    ]
    assert cells(log, [*ROWS, *spoilt])[3:] == [
        ["clean", "0.900", "0.800"],
        ["jpeg:3", "- / -", "0.650 / 0.500"],
    ]
