"""Contestants that take turns, and the time that is theirs."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import inf
from typing import TypeVar

import numpy as np

Run = Callable[[int], object]
"""Does something so often, and waits until the last is done."""
Case = TypeVar("Case")

LEAST_TURNS = 3
"""Without which there is no spread."""
TURN = 0.1
"""Seconds that a turn lasts at least: short calls are repeated in it."""


@dataclass(frozen=True)
class Times:
    """How long contestants took.

    Attributes:
        calls: seconds of a call in each turn, [turns], by contestant.
        first: seconds of the very first call, which compiles.
    """

    calls: dict[str, np.ndarray]
    first: dict[str, float]

    def ratio(self, name: str, other: str) -> np.ndarray:
        """Return how many times as long a contestant took as another, by turn, [turns]."""
        return self.calls[name] / self.calls[other]

    def fastest(self, names: Sequence[str]) -> str:
        """Return the contestant with the smallest median."""
        return min(names, key=lambda name: float(np.median(self.calls[name])))


def interleave(runs: Mapping[str, Run], turns: int, until: float = inf) -> Times:
    """Let contestants take turns, each beginning with another, after two calls that do not count.

    Args:
        runs: by name.
        turns: how many each has at most.
        until: after this `time.perf_counter()` no more turns begin than give a spread.
    """
    first, calls = {}, {}
    for name, run in runs.items():
        first[name] = seconds_of(run, 1)
        calls[name] = max(1, round(TURN / max(seconds_of(run, 1), 1e-9)))
    taken: dict[str, list[float]] = {name: [] for name in runs}
    names, last = list(runs), 0.0
    for turn in range(max(turns, LEAST_TURNS)):
        begin = time.perf_counter()
        if turn >= LEAST_TURNS and begin + last > until:
            break
        at = turn % len(names)
        for name in names[at:] + names[:at]:
            taken[name].append(seconds_of(runs[name], calls[name]) / calls[name])
        last = time.perf_counter() - begin
    return Times({name: np.array(each) for name, each in taken.items()}, first)


def times_over(once: Callable[[], object]) -> Run:
    """Return a run that does a thing so often."""

    def run(calls: int) -> None:
        for _ in range(calls):
            once()

    return run


def seconds_of(run: Run, calls: int) -> float:
    """Return the seconds of so many calls."""
    begin = time.perf_counter()
    run(calls)
    return time.perf_counter() - begin


def shares(
    cases: Sequence[Case], until: float, left_out: list[Case]
) -> Iterator[tuple[Case, float]]:
    """Yield cases with the `time.perf_counter()` at which each should end: all have equal shares.

    None is begun with less time left than half of what the longest took.

    Args:
        cases: the most important first.
        until: when the last should have ended.
        left_out: takes the cases that there was no time for.
    """
    longest = 0.0
    for at, case in enumerate(cases):
        now = time.perf_counter()
        if now + longest / 2 >= until:
            left_out.extend(cases[at:])
            return
        yield case, now + (until - now) / (len(cases) - at)
        longest = max(longest, time.perf_counter() - now)
