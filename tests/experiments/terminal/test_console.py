import io
import time

import pytest
from rich.console import Console

from experiments.terminal import program
from experiments.terminal.console import Terminal, levels_table
from experiments.terminal.plain_console import make_console
from tests.records import level_record

METRICS = {"loss": 0.5, "accuracy": 0.75}
VALUES = {"accuracy": 0.8, "auc": 0.9}
RECORD = level_record(
    1, sparsity=0.2, weights_left=9338, test_accuracy=0.8, test_balanced_accuracy=0.7,
    test_auc=0.85, test_eer=0.2, seconds=12.0, test_intervals={"auc": (0.81, 0.89)},
    validation=VALUES, test=VALUES, signs=["level 1: cliff"],
)  # fmt: skip


@pytest.fixture
def now(monkeypatch):
    """A clock that stands still until it is set."""
    time_now = [1000.0]
    monkeypatch.setattr(time, "perf_counter", lambda: time_now[0])
    return time_now


@pytest.fixture
def log():
    """A console that writes into a file."""
    return Console(file=io.StringIO(), soft_wrap=True, highlight=False, markup=False, width=110)


def lines_of(log):
    return log.file.getvalue().rstrip().splitlines()


def test_a_log_file_gets_the_first_step_and_then_a_line_now_and_then(now, log):
    with Terminal(log, 990.0) as watch:
        watch.started(2, 100)
        watch.level_started(0, 0.0, 0, 100, resumed=False)
        for step in range(1, 101):
            now[0] += 1.0
            watch.stepped(0, step, METRICS)
    lines = lines_of(log)
    assert lines[0] == "first step after 11 s: loss 0.500"
    # Steps of a second; at most a line in 30 seconds; 199 steps are left after the first.
    assert lines[1] == "level 0  ? left  step 1/100  loss 0.500"
    assert lines[2] == "level 0  2:49 left  step 31/100  loss 0.500"
    assert len(lines) == 5


def test_validation_is_shown_from_then_on(now, log):
    with Terminal(log, 1000.0) as watch:
        watch.started(1, 4)
        watch.level_started(0, 0.0, 0, 4, resumed=False)
        watch.validated(0, 2, {"auc": 0.875})
        now[0] += 60
        watch.stepped(0, 3, METRICS)
    assert "val AUC 0.875" in log.file.getvalue()


def test_a_level_that_goes_on_and_one_that_was_kept_say_so(log):
    with Terminal(log, 0.0) as watch:
        watch.started(3, 100)
        watch.level_done(RECORD, restored=True)
        watch.level_started(2, 0.36, 40, 100, resumed=True)
    lines = lines_of(log)
    assert lines == [
        "level 1   20.0% pruned, 9,338 left  val AUC 0.900  test accuracy 0.800  AUC 0.850  12 s"
        "  (kept from before)",
        "WARNING level 1: cliff",
        "level 2: going on at step 40",
    ]


def test_a_terminal_gets_a_bar(now):
    screen = Console(file=io.StringIO(), force_terminal=True, width=120)
    with Terminal(screen, 1000.0) as watch:
        watch.started(2, 10)
        watch.level_started(1, 0.2, 0, 10, resumed=False)
        watch.stepped(1, 3, METRICS)
    assert "level 1/1, 20.0%" in screen.file.getvalue()
    assert "step 3/10" in screen.file.getvalue()


def test_a_signal_asks_the_run_to_stop(monkeypatch, log):
    monkeypatch.setattr(program, "_stop", [])
    watch = Terminal(log, 0.0)
    assert not watch.stop_requested()
    program._stop.append(15)
    assert watch.stop_requested()


def test_the_table_has_a_row_a_level(log):
    log.print(levels_table([RECORD] * 3, "meso4 on noise"))
    text = log.file.getvalue()
    assert "meso4 on noise" in text
    for cell in ("20.0%", "9,338", "0.800", "0.700", "0.850 [0.810, 0.890]", "0.200"):
        assert text.count(cell) == 3
    assert "no interval" not in text


def test_a_table_without_intervals_says_why(log):
    log.print(levels_table([level_record(test_intervals={})], "meso4 on noise"))
    assert "no interval: a class has one test group only" in log.file.getvalue()


def test_a_log_file_is_wide_enough_for_its_lines(capsys):
    make_console().print("x" * 300)
    assert capsys.readouterr().out == "x" * 300 + "\n"


def test_names_are_shown_as_they_are(capsys):
    make_console().print("own.corruptions:salt:1 [bold]")
    assert capsys.readouterr().out == "own.corruptions:salt:1 [bold]\n"
