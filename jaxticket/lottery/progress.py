"""How far a level is, besides arrays."""

import math
from dataclasses import dataclass, field


@dataclass
class Progress:
    """What a level knows of itself besides arrays; kept in its checkpoints.

    Attributes:
        epoch_losses: mean training loss of every full epoch so far.
        epoch_sum, epoch_steps: the sum of losses and the steps in the epoch under way.
        exploded: how many of the newest steps, in a row, had a loss that explodes.
        best_value, best_step: the best validation value and its step; -1 before the first.
        stale: epochs since.
        seconds: time spent, by activity, before the last checkpoint.
        drawn_at: the step after which it was drawn from, see `drawing`; -1 before.
        distances: between the masks of neighbouring epochs, of a search that waits for them.
    """

    epoch_losses: list[float] = field(default_factory=list)
    epoch_sum: float = 0.0
    epoch_steps: int = 0
    exploded: int = 0
    best_value: float = -math.inf
    best_step: int = -1
    stale: int = 0
    seconds: dict[str, float] = field(default_factory=dict)
    drawn_at: int = -1
    distances: list[float] = field(default_factory=list)

    def add_step(self, loss: float, *, explodes: bool = False) -> None:
        """Count a step of the epoch under way, and whether its loss explodes."""
        self.exploded = self.exploded + 1 if explodes else 0
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
