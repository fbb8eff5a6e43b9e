"""Checkpoints inside a level: when one is due, what it holds, and how a level goes on from it."""

import time
from collections.abc import Callable
from dataclasses import asdict, fields, replace
from typing import Any

import jax
import msgspec

from jaxticket.lottery.drawing import Drawing
from jaxticket.lottery.experiment import Budget
from jaxticket.lottery.progress import Progress
from jaxticket.runs import Damaged
from jaxticket.runs.checkpoints import Partial
from jaxticket.training import TrainState
from jaxticket.trees import Tree
from jaxticket.weights import Weights

CHECKPOINT_SECONDS = 60.0


class Checkpoints:
    """The checkpoints inside one level."""

    def __init__(
        self,
        partial: Partial,
        budget: Budget,
        drawing: Drawing | None = None,
        now: Callable[[], float] = time.perf_counter,
    ):
        """Begin to count steps and seconds until the first.

        Args:
            partial: where they lie.
            budget: says how many steps lie between two, and whether best weights are kept.
            drawing: its masks of the newest epoch are saved, and restored into it.
            now: a clock, in seconds.
        """
        self._partial, self._budget, self._drawing, self._now = partial, budget, drawing, now
        self._steps, self._since = 0, now()

    def steps_left(self) -> int:
        """Return how many steps may be done before one is due by their number."""
        every = self._budget.checkpoint_every
        return every - self._steps if every else self._budget.steps

    def due(self, steps: int = 1) -> bool:
        """Count steps; return whether a checkpoint is due after them."""
        self._steps += steps
        late = self._now() - self._since >= CHECKPOINT_SECONDS
        every = self._budget.checkpoint_every
        if (self._steps >= every) if every else late:
            self._steps, self._since = 0, self._now()
            return True
        return False

    def save(
        self, state: TrainState, best: Weights | None, progress: Progress, seconds: dict[str, float]
    ) -> None:
        """Save where a level stands; it is written in the background.

        Args:
            state: after its newest step.
            best: the weights of the best validation value so far, if they are kept.
            progress: beside the arrays.
            seconds: spent on the level so far, by activity.
        """
        notes = asdict(replace(progress, seconds=seconds))
        self._partial.save(int(state.step), self._arrays(state, best), notes)

    def wait(self) -> None:
        """Wait until what was saved is on the disk.

        Raises:
            OSError: it cannot be written.
        """
        self._partial.wait()

    def restore(
        self, start: TrainState, masks: Tree, say: Callable[[str], None]
    ) -> tuple[TrainState, Weights | None, Progress]:
        """Return where the level goes on: state, best weights, progress; `start` if it begins.

        Where the newest checkpoint is damaged the level begins anew, which gives the same results.

        Args:
            start: the state in which the level starts.
            masks: of the level.
            say: is told so.

        Raises:
            Damaged: a newer version saved it; or it is damaged, and several processes train.
        """
        try:
            saved = self._partial.restore(self._arrays(start, None))
        except Damaged as damage:
            if jax.process_count() > 1:  # each may have found it otherwise
                raise
            aside = self._partial.set_aside()
            say(f"{damage.what}: the level begins anew, and that is in {aside} until it is done")
            saved = None
        if saved is None:
            return start, None, Progress()
        arrays, progress = saved[0], self._progress(saved[1])
        # Before the first validation there are no best weights: those saved only hold the place.
        best = None
        if self._drawing is not None and "last_masks" in arrays:
            self._drawing.last_masks = arrays["last_masks"]
        if "best" in arrays and progress.best_step >= 0:
            best = Weights(**arrays["best"], masks=masks)
        return arrays["state"], best, progress

    def _progress(self, notes: dict[str, Any]) -> Progress:
        if unknown := notes.keys() - {field.name for field in fields(Progress)}:
            newer = f"{min(unknown)} is unknown: a newer version saved it"
            raise Damaged(self._partial.path, newer, f"use that one, or {self._partial.remedy}")
        try:
            return msgspec.convert(notes, Progress)
        except msgspec.ValidationError as error:
            raise Damaged(self._partial.path, error, self._partial.remedy) from error

    def _arrays(self, state: TrainState, best: Weights | None) -> Tree:
        """Return what is saved: with patience always best weights, so that its form is fixed."""
        arrays: dict[str, Tree] = {"state": state}
        if self._budget.patience is not None:
            chosen = best or state
            arrays["best"] = {"params": chosen.params, "batch_stats": chosen.batch_stats}
        if self._drawing is not None and self._drawing.last_masks:
            arrays["last_masks"] = dict(self._drawing.last_masks)
        return arrays
