import time

import pytest

from jaxticket.runs import Clock


@pytest.fixture
def now(monkeypatch):
    """A clock's time, which stands still until it is set."""
    time_now = [100.0]
    monkeypatch.setattr(time, "perf_counter", lambda: time_now[0])
    return time_now


def test_activities_add_up_and_the_rest_is_other(now):
    clock = Clock()
    with clock.measure("train"):
        now[0] = 102.0
    now[0] = 103.0
    with clock.measure("train"):
        now[0] = 103.5
    with clock.measure("data"):
        now[0] = 104.5
    assert clock.seconds == {"train": 2.5, "data": 1.0}
    assert clock.elapsed() == 4.5
    assert clock.account() == {"train": 2.5, "data": 1.0, "other": 1.0}


def test_an_activity_that_fails_took_its_time_too(now):
    clock = Clock()

    def fail():
        with clock.measure("train"):
            now[0] = 107.0
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert clock.seconds == {"train": 7.0}


def test_a_clock_may_start_before_it_was_made(now):
    assert Clock(90.0).account() == {"other": 10.0}


def test_other_is_never_negative(now):
    clock = Clock()
    clock.add("train", 5.0)
    assert clock.account() == {"train": 5.0, "other": 0.0}


def test_the_account_adds_up_to_the_whole_command(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(Clock, "elapsed", lambda self: 20.0)
    clock.add("compile", 4.0)
    for activity, seconds in {"train": 8.0, "evaluate": 2.0, "checkpoint": 0.1}.items():
        clock.add(activity, seconds)
    assert clock.line() == (
        "20 s: train 8 s, other 6 s, compile 4 s, evaluate 2 s; 50.0% outside training and "
        "evaluation"
    )
