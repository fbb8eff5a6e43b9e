"""Arms that take turns, so that a noisy machine disturbs all alike, and what their times come to.

Only one works at a time. In every round each arm has a short turn at each batch size; a ratio is
taken within a round, and its interval is over rounds.
"""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from experiments.measuring.worker import ArmFailed, Worker
from jaxticket.runs.efficiency import Timing

Turns = list[list[float]]
"""Seconds of calls, a list a round."""
DRAWS = 2000


def take_turns(
    workers: Mapping[str, Worker],
    batches: Sequence[int],
    rounds: int,
    seconds: float,
    energy: Callable[[], float | None] = lambda: None,
) -> tuple[dict[str, dict[int, Turns]], dict[str, dict[int, float]], dict[str, str]]:
    """Let arms take turns; every round begins with another.

    Args:
        workers: by name, warm.
        batches: pictures in a call.
        rounds: how many.
        seconds: of a turn.
        energy: joules used since some time; None without a counter.

    Returns:
        The turns by name and batch, joules of a call likewise where they are counted, and why arms
        failed, by name: these have no turns.
    """
    names = list(workers)
    turns: dict[str, dict[int, Turns]] = {name: {b: [] for b in batches} for name in names}
    joules: dict[str, dict[int, list[float]]] = {name: {b: [] for b in batches} for name in names}
    failed: dict[str, str] = {}
    for number in range(rounds):
        first = number % len(names)
        for name in names[first:] + names[:first]:
            try:
                for batch in batches if name not in failed else ():
                    before = energy()
                    spent = workers[name].time(batch, seconds)
                    after = energy()
                    turns[name][batch].append(spent)
                    if before is not None and after is not None and after >= before:
                        # One more call than is timed.
                        joules[name][batch].append((after - before) / (len(spent) + 1))
            except ArmFailed as error:
                failed[name] = str(error)
    for name in failed:
        del turns[name], joules[name]
    means = {
        name: {batch: float(np.median(each)) for batch, each in by_batch.items() if each}
        for name, by_batch in joules.items()
    }
    return turns, means, failed


def timing(
    batch: int, turns: Turns, base: Sequence[float], title: str, joules: float | None = None
) -> Timing:
    """Return what the turns of an arm come to.

    Args:
        batch: pictures in a call.
        turns: seconds of calls by round.
        base: medians of the base's rounds, the same ones.
        title: of the base.
        joules: of a call.
    """
    medians = [float(np.median(spent)) for spent in turns]
    ratio, low, high = ratio_of(medians, base)
    calls = np.concatenate(turns)
    return Timing(
        batch=batch, calls=len(calls), median=float(np.median(calls)),
        p95=float(np.quantile(calls, 0.95)), rounds=medians, base=title, ratio=ratio, low=low,
        high=high, joules=joules,
    )  # fmt: skip


def ratio_of(medians: Sequence[float], base: Sequence[float]) -> tuple[float, float, float]:
    """Return the median ratio over rounds, with its 95% percentile bootstrap interval.

    Args:
        medians: seconds, of an arm's rounds.
        base: of the base's, in the same order.
    """
    ratios = np.array(medians) / np.array(base)
    draws = np.random.default_rng(0).integers(len(ratios), size=(DRAWS, len(ratios)))
    low, high = np.quantile(np.median(ratios[draws], axis=1), [0.025, 0.975])
    return float(np.median(ratios)), float(low), float(high)
