"""Who does a level's training steps: asked for some, it answers with their metrics.

Between asking and answering a level waits, so that others may ask the same program: that is how
several tickets train in one dispatch. What is here trains one ticket, a step a dispatch. Nothing
here knows levels or files.
"""

from collections.abc import Callable, Generator, Mapping
from contextlib import AbstractContextManager
from typing import Protocol, SupportsFloat, TypeVar

from jaxticket.data import Feed
from jaxticket.training.state import TrainState
from jaxticket.training.step import Step
from jaxticket.trees import Tree

Metrics = Mapping[str, SupportsFloat]
Measure = Callable[[str], AbstractContextManager[None]]
Result = TypeVar("Result")
Turns = Generator[None, None, Result]
"""What trains in turns: it has asked a trainer for steps wherever it yields."""


class Trainer(Protocol):
    """Does the steps of one ticket after the other: `begin`, then `ask` and `answer` in turns."""

    def begin(self, state: TrainState, masks: Tree, feed: Feed, measure: Measure) -> None:
        """Begin to train a level.

        Args:
            state: to begin with; donated.
            masks: false where pruned.
            feed: of the batches, from the state's step on.
            measure: is entered with "data" and with "train" around what takes time.
        """
        ...

    def ask(self, most: int) -> None:
        """Ask for one step or more, up to `most`."""
        ...

    def answer(self) -> list[Metrics]:
        """Return the metrics of each step that was done.

        The device may still be at work on them: fetched an answer late, they leave it work to go on
        with.
        """
        ...

    @property
    def state(self) -> TrainState:
        """The state after the newest step; gone once more steps are asked for."""
        ...


class OneByOne:
    """Trains one ticket by the jitted step, one step a dispatch."""

    def __init__(self, step: Step):
        """Train by `step`, made by `make_step`."""
        self._step = step

    def begin(self, state: TrainState, masks: Tree, feed: Feed, measure: Measure) -> None:
        """See `Trainer`."""
        self.state, self._masks, self._measure = state, masks, measure
        self._batches = feed.batches(int(state.step))

    def ask(self, most: int) -> None:
        """See `Trainer`; it is one step, whatever the most."""

    def answer(self) -> list[Metrics]:
        """See `Trainer`."""
        with self._measure("data"):
            batch = next(self._batches)
        with self._measure("train"):
            self.state, metrics = self._step(self.state, self._masks, batch)
        return [metrics]


def finished(turns: Turns[Result], dispatch: Callable[[], None] = lambda: None) -> Result:
    """Take all turns, with no other between them, and return the result.

    Args:
        turns: to take.
        dispatch: is called after each, where the trainer does its steps by it.
    """
    while True:
        try:
            next(turns)
        except StopIteration as end:
            return end.value
        dispatch()
