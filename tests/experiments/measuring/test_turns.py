"""Ratios of arms that take turns, from given numbers."""

import pytest

from experiments.measuring.turns import ratio_of, take_turns, timing
from experiments.measuring.worker import ArmFailed


class Fake:
    """An arm that takes a given time, and writes down when its turns are."""

    def __init__(self, name, seconds, order, fails_at=None):
        self.name, self.seconds, self.order, self.fails_at = name, seconds, order, fails_at

    def time(self, batch, seconds):
        self.order.append((self.name, batch))
        if self.fails_at == len(self.order):
            raise ArmFailed("out of memory")
        return [self.seconds * batch] * 3


def test_a_ratio_is_taken_within_a_round():
    # The machine slows down tenfold from round to round; the arm always takes half.
    ratio, low, high = ratio_of([0.5, 5.0, 50.0], [1.0, 10.0, 100.0])
    assert (ratio, low, high) == (0.5, 0.5, 0.5)
    ratio, low, high = ratio_of([1.0, 2.0, 3.0], [1.0, 1.0, 1.0])
    assert (ratio, low, high) == (2.0, 1.0, 3.0)


def test_arms_take_turns_and_another_begins_each_round():
    order = []
    arms = {name: Fake(name, n + 1.0, order) for n, name in enumerate("ab")}
    turns, joules, failed = take_turns(arms, [1, 4], 2, 0.1)
    assert order == [("a", 1), ("a", 4), ("b", 1), ("b", 4), ("b", 1), ("b", 4), ("a", 1), ("a", 4)]
    assert turns["b"] == {1: [[2.0] * 3] * 2, 4: [[8.0] * 3] * 2}
    assert (joules, failed) == ({"a": {}, "b": {}}, {})


def test_an_arm_that_fails_leaves_the_others_their_turns():
    order = []
    arms = {"a": Fake("a", 1.0, order), "b": Fake("b", 1.0, order, fails_at=2)}
    turns, _, failed = take_turns(arms, [1], 3, 0.1)
    assert failed == {"b": "out of memory"}
    assert turns == {"a": {1: [[1.0] * 3] * 3}}


def test_energy_of_a_call_where_it_is_counted():
    counter = iter([0.0, 8.0, 10.0, 18.0])
    _, joules, _ = take_turns({"a": Fake("a", 1.0, [])}, [1], 2, 0.1, lambda: next(counter))
    assert joules == {"a": {1: 2.0}}  # three timed calls and one untimed


def test_what_turns_come_to():
    found = timing(8, [[1.0, 2.0, 3.0], [2.0, 4.0, 6.0]], [4.0, 8.0], "the base")
    assert (found.median, found.ratio, found.calls, found.base) == (2.5, 0.5, 6, "the base")
    assert found.p95 == pytest.approx(5.5)
    assert found.rounds == [2.0, 4.0]
