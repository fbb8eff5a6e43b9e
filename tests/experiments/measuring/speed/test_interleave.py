import time

import numpy as np
import pytest

from experiments.measuring.speed.interleave import Times, interleave, shares


def test_contestants_take_turns_and_each_begins_once():
    heard = []
    runs = {name: lambda calls, name=name: heard.append((name, calls)) for name in "abc"}
    times = interleave(runs, 3)
    untimed, turns = heard[:6], heard[6:]
    assert untimed == [(name, 1) for name in "aabbcc"]
    assert "".join(name for name, _ in turns) == "abcbcacab"
    assert {len(each) for each in times.calls.values()} == {3}
    assert set(times.first) == set("abc")


def test_a_turn_repeats_short_calls_and_gives_the_time_of_one(monkeypatch):
    monkeypatch.setattr("experiments.measuring.speed.interleave.TURN", 0.1)
    clock = [0.0]
    monkeypatch.setattr(time, "perf_counter", lambda: clock[0])
    asked = []

    def run(calls):
        asked.append(calls)
        clock[0] += 0.02 * calls

    times = interleave({"a": run}, 4)
    assert asked == [1, 1, 5, 5, 5, 5]
    assert times.calls["a"] == pytest.approx([0.02] * 4)


def test_turns_end_when_the_time_is_over_but_not_before_there_is_a_spread():
    assert len(interleave({"a": lambda _: None}, 9, until=0.0).calls["a"]) == 3


def test_ratios_are_within_a_turn():
    times = Times({"a": np.array([1.0, 4.0]), "b": np.array([2.0, 2.0])}, {})
    assert times.ratio("a", "b").tolist() == [0.5, 2]
    assert times.fastest(["a", "b"]) == "b"


def test_the_time_is_shared_and_what_it_is_too_short_for_is_left_out(monkeypatch):
    clock = [0.0]
    monkeypatch.setattr(time, "perf_counter", lambda: clock[0])
    left_out, ends = [], []
    for case, end in shares("abcd", 8.0, left_out):
        ends.append((case, end))
        clock[0] += {"a": 1, "b": 5}[case]
    # After 6 seconds 2 are left, less than half of the 5 that one took.
    assert ends == [("a", 2), ("b", 1 + 7 / 3)]
    assert left_out == ["c", "d"]
