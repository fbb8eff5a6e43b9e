"""The sections of the benchmark, and how they share its time."""

import time
from collections.abc import Callable, Sequence
from typing import NamedTuple

from experiments.measuring.speed import (
    compile,
    dispatch,
    growth,
    imp,
    inference,
    input,
    memory,
    projection,
    select,
    step,
    tickets,
    workers,
)
from experiments.measuring.speed.table import Table
from experiments.options.benchmark import Config


class Part(NamedTuple):
    """A section: its title, its share of the time, and what measures it until then."""

    title: str
    share: float
    measure: Callable[[Config, float], Table]


SECTIONS: dict[str, Part] = {
    "step": Part("The training step", 130, step.measure),
    "inference": Part("Inference", 60, inference.measure),
    "dispatch": Part("Several steps in a dispatch", 45, dispatch.measure),
    "tickets": Part("Several tickets in one program", 60, tickets.measure),
    "select": Part("Scoring and selecting weights", 45, select.measure),
    "input": Part("The input road", 30, input.measure),
    "imp": Part("A whole small search", 100, imp.measure),
    "compile": Part("Start and compilation", 45, compile.measure),
    "memory": Part("Peak memory", 45, memory.measure),
    "workers": Part("Trainings side by side", 40, workers.measure),
    "growth": Part("Growth", 80, growth.measure),
    "projection": Part("A slice of 256 chips, on paper", 10, projection.measure),
}
"""In the order in which they are measured: the most important first; shares are about seconds."""

PLANNED = 0.9
"""Of the minutes: the rest is for what takes longer than it should."""
SHORTEST = 0.2
"""Of its share: a section with less time left is not begun."""


class Measured(NamedTuple):
    """Tables of the sections that were measured, and why the others were not."""

    tables: dict[str, Table]
    left_out: dict[str, str]
    failures: list[Exception]


def measure(config: Config, names: Sequence[str], say: Callable[[str, Table], None]) -> Measured:
    """Measure sections one after the other within the time; one that fails does not end it.

    What a section does not use of its share is for those after it.

    Args:
        config: the options.
        names: of the sections.
        say: is told each as it is done.
    """
    done = Measured({}, {}, [])
    whole = 60 * PLANNED * config.minutes
    end = time.perf_counter() + whole
    for at, name in enumerate(names):
        rest = sum(SECTIONS[other].share for other in names[at:])
        now, share = time.perf_counter(), SECTIONS[name].share
        mine = (end - now) * share / rest
        fair = whole * share / sum(SECTIONS[other].share for other in names)
        if mine < SHORTEST * fair:
            done.left_out[name] = "no time was left"
            continue
        try:
            done.tables[name] = SECTIONS[name].measure(config, now + mine)
        except Exception as error:  # the figures of the others are not lost for it
            done.left_out[name] = f"it failed: {error}"
            done.failures.append(error)
            continue
        say(name, done.tables[name])
    return done
