"""Several steps of a ticket in one dispatch, from pictures that the device may hold.

On an accelerator the steps of a small network are short: what costs is to dispatch each, and to
send its pictures. A chunk of steps is one program, a `jax.lax.scan` over batches, which name their
pictures by position where the device holds them. Not for the CPU, whose convolutions are many times
slower inside a loop.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import jax
import numpy as np

from jaxticket.data import Batch, Feed
from jaxticket.training.held import pictures_of
from jaxticket.training.loop import Measure, Metrics
from jaxticket.training.state import TrainState
from jaxticket.training.step import Step
from jaxticket.trees import Tree


def chunk_function(function: Step) -> Any:
    """Return the pure `(state, masks, held, batches) -> (state, metrics)`, to be jitted.

    Its batches are those of some steps on a leading axis, `held` the pictures that they are of
    (`jaxticket.training.held`), None where they bring their own. Metrics are float32 [steps].

    Args:
        function: one step, of `step_function`.
    """

    def chunk(
        state: TrainState, masks: Tree, held: jax.Array | None, batches: dict[str, jax.Array]
    ) -> tuple[TrainState, dict[str, jax.Array]]:
        def step(state: TrainState, batch: dict[str, jax.Array]) -> Any:
            return function(state, masks, {**batch, "image": pictures_of(batch, held)})

        if len(batches["label"]) > 1:
            return jax.lax.scan(step, state, batches)
        state, metrics = step(state, jax.tree.map(lambda x: x[0], batches))  # without a loop
        return state, jax.tree.map(lambda x: x[None], metrics)

    return chunk


def steps_in_chunk(most: int, epoch: int) -> int:
    """Return the length of a chunk, at most `most`, with which an epoch has fewest dispatches.

    What is left over of an epoch goes by single steps. Of equally good lengths it is the longest.
    """
    return min(range(min(most, epoch), 0, -1), key=lambda steps: epoch // steps + epoch % steps)


class Chunks:
    """Trains one ticket, a chunk of steps a dispatch; see `jaxticket.training.Trainer`.

    Fewer steps than a chunk has go one by one, so that there are two programs and no third.
    """

    def __init__(self, function: Step, steps: int, held: jax.Array | None = None):
        """Train by chunks.

        Args:
            function: one step, of `step_function`.
            steps: in a chunk.
            held: the pictures of the training split, made by `hold`; None to send them.
        """
        self._steps, self._held, self._most = steps, held, 0
        chunk, traced = chunk_function(function), set[int]()

        def once(state: TrainState, masks: Tree, held: Any, batches: Any) -> Any:
            count = len(batches["label"])
            assert count not in traced, "a chunk is traced again: shapes or structures changed"
            traced.add(count)
            return chunk(state, masks, held, batches)

        self._chunk = jax.jit(once, donate_argnums=0)

    def begin(self, state: TrainState, masks: Tree, feed: Feed, measure: Measure) -> None:
        """See `Trainer`."""
        self.state, self._masks, self._measure = state, masks, measure
        draw = feed.batches if self._held is None else feed.positions
        self._batches = draw(int(state.step))

    def ask(self, most: int) -> None:
        """See `Trainer`; it is a chunk, or one step if that is more than the most."""
        self._most = most

    def answer(self) -> list[Metrics]:
        """See `Trainer`; the metrics are fetched together, when one is wanted."""
        count = self._steps if self._steps <= self._most else 1
        with self._measure("data"):
            batches = _stacked([next(self._batches) for _ in range(count)])
        with self._measure("train"):
            self.state, arrays = self._chunk(self.state, self._masks, self._held, batches)
        together = _Together(arrays)
        return [{name: _OfStep(together, name, at) for name in arrays} for at in range(count)]

    def compile_ahead(self, state: TrainState, masks: Tree, feed: Feed) -> TrainState:
        """Run each program once, and return the state, of no use; the one given is donated."""
        batch = next((feed.batches if self._held is None else feed.positions)(0))
        for count in sorted({1, self._steps}):
            state, _ = self._chunk(state, masks, self._held, _stacked([batch] * count))
        return state


class _Together:
    """The metrics of a chunk, fetched at once."""

    def __init__(self, arrays: dict[str, jax.Array]):
        self._arrays = arrays
        for array in arrays.values():
            array.copy_to_host_async()

    @cached_property
    def values(self) -> dict[str, np.ndarray]:
        return jax.device_get(self._arrays)


@dataclass(frozen=True)
class _OfStep:
    """A metric of one step of a chunk."""

    together: _Together
    name: str
    at: int

    def __float__(self) -> float:
        return float(self.together.values[self.name][self.at])


def _stacked(batches: list[Batch]) -> Batch:
    return {name: np.stack([batch[name] for batch in batches]) for name in batches[0]}
