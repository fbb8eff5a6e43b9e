"""Checkpoints inside a level: when one is due, what it holds, and how a level goes on from it."""

import math
import time
from dataclasses import asdict, dataclass, field, replace

from jaxticket.lottery.experiment import Budget
from jaxticket.runs.checkpoints import Partial
from jaxticket.training import TrainState
from jaxticket.trees import Tree
from jaxticket.weights import Weights

CHECKPOINT_SECONDS = 60.0


@dataclass
class Progress:
    """What a level knows of itself besides arrays; kept in its checkpoints.

    Attributes:
        epoch_losses: mean training loss of every full epoch so far.
        epoch_sum, epoch_steps: the sum of losses and the steps in the epoch under way.
        best_value, best_step: the best validation value and its step; -1 before the first.
        stale: epochs since.
        seconds: time spent, by activity, before the last checkpoint.
    """

    epoch_losses: list[float] = field(default_factory=list)
    epoch_sum: float = 0.0
    epoch_steps: int = 0
    best_value: float = -math.inf
    best_step: int = -1
    stale: int = 0
    seconds: dict[str, float] = field(default_factory=dict)

    def add_step(self, loss: float) -> None:
        """Count a step of the epoch under way."""
        self.epoch_sum += loss
        self.epoch_steps += 1

    def close_epoch(self, step: int, value: float) -> bool:
        """Close the epoch under way; return whether its validation value is the best so far."""
        self.epoch_losses.append(self.epoch_sum / max(self.epoch_steps, 1))
        self.epoch_sum, self.epoch_steps = 0.0, 0
        better = value > self.best_value
        if better:
            self.best_value, self.best_step = value, step
        self.stale = 0 if better else self.stale + 1
        return better


class Checkpoints:
    """The checkpoints inside one level."""

    def __init__(self, partial: Partial, budget: Budget):
        """Begin to count steps and seconds until the first.

        Args:
            partial: where they lie.
            budget: says how many steps lie between two, and whether best weights are kept.
        """
        self._partial, self._budget = partial, budget
        self._steps, self._since = 0, time.perf_counter()

    def steps_left(self) -> int:
        """Return how many steps may be done before one is due by their number."""
        every = self._budget.checkpoint_every
        return every - self._steps if every else self._budget.steps

    def due(self, steps: int = 1) -> bool:
        """Count steps; return whether a checkpoint is due after them."""
        self._steps += steps
        late = time.perf_counter() - self._since >= CHECKPOINT_SECONDS
        every = self._budget.checkpoint_every
        if (self._steps >= every) if every else late:
            self._steps, self._since = 0, time.perf_counter()
            return True
        return False

    def save(
        self, state: TrainState, best: Weights | None, progress: Progress, seconds: dict[str, float]
    ) -> None:
        """Save where a level stands.

        Args:
            state: after its newest step.
            best: the weights of the best validation value so far, if they are kept.
            progress: beside the arrays.
            seconds: spent on the level so far, by activity.
        """
        notes = asdict(replace(progress, seconds=seconds))
        self._partial.save(int(state.step), self._arrays(state, best), notes)

    def restore(
        self, start: TrainState, masks: Tree
    ) -> tuple[TrainState, Weights | None, Progress]:
        """Return where the level goes on: state, best weights, progress; `start` if it begins.

        Args:
            start: the state in which the level starts.
            masks: of the level.

        Raises:
            Damaged: there is something, but no checkpoint of such a state.
        """
        saved = self._partial.restore(self._arrays(start, None))
        if saved is None:
            return start, None, Progress()
        arrays, progress = saved[0], Progress(**saved[1])
        # Before the first validation there are no best weights: those saved only hold the place.
        best = None
        if "best" in arrays and progress.best_step >= 0:
            best = Weights(**arrays["best"], masks=masks)
        return arrays["state"], best, progress

    def _arrays(self, state: TrainState, best: Weights | None) -> Tree:
        """Return what is saved: with patience always best weights, so that its form is fixed."""
        if self._budget.patience is None:
            return {"state": state}
        chosen = best or state
        return {
            "state": state,
            "best": {"params": chosen.params, "batch_stats": chosen.batch_stats},
        }
