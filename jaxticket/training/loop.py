"""The training loop: an iterator over steps, which knows neither levels nor files."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext

import jax

from jaxticket.data import Batch
from jaxticket.training.state import TrainState
from jaxticket.training.step import Step
from jaxticket.trees import Tree

Metrics = dict[str, jax.Array]


def steps(
    step: Step,
    state: TrainState,
    masks: Tree,
    batches: Iterator[Batch],
    measure: Callable[[str], AbstractContextManager[None]] = nullcontext,
) -> Iterator[tuple[TrainState, Metrics]]:
    """Do one training step after the other; yield the state after each, and its metrics.

    The device may still be at work on what is yielded. To fetch the metrics waits for it: fetched
    a step late, they leave it work to go on with. A state is gone once the next step is asked for.

    Args:
        step: made by `make_step`.
        state: to begin with; donated.
        masks: false where pruned.
        batches: one a step; where they end, so does the loop.
        measure: is entered with "data" and with "train" around what takes time.
    """
    while True:
        with measure("data"):
            batch = next(batches, None)
        if batch is None:
            return
        with measure("train"):
            state, metrics = step(state, masks, batch)
        yield state, metrics
